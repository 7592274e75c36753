"""What a cell says: counts, answers, texts; each read for certain or named as a problem."""
