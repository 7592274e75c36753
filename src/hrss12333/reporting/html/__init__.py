"""The HTML report: one file that any browser opens without network."""
