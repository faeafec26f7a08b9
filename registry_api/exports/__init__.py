"""Long reports as files: made in the background, kept for a while, fetched by who asked and may still read them."""
