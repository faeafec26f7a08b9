"""Five regions' programmes as data sets, and what runs them on the embedded node (docs/programmes.md)."""
