"""The tanhui command, and the only place where parts are wired together."""
