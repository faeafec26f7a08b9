"""One lane a folder, one transaction function a file, named for its verb."""
