"""The account of a file's cells: what each of them was taken for, told from what was read, not by those who read it."""
