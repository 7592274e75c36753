"""Annotated copies of the sender's own workbook."""
