"""Reports at a terminal."""
