"""A Fabric network in one process and one folder: endorse, order, validate, commit on LevelDB."""
