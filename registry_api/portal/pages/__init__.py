"""One page a file: its view model, its route, and beside it the template of the same name."""
