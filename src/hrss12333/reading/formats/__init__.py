"""One reader a format: bytes become grids of cells."""
