"""Which files there are, what they are, and whether they are safe to open."""
