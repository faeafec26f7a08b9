"""Long work: asked for once, done in the background, with progress, and taken up again after a stop."""
