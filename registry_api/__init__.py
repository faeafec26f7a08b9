"""The registry as people and programs use it: REST, intake, events."""
