"""From grids to tables: forms located by their headings, headers and rows read."""
