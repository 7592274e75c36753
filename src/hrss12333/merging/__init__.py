"""From many filings to one national table, and back to last year's."""
