"""The values of cells: counts, answers, texts; each read for certain or reported as a problem."""
