"""The audit: an engine, its rules, which rows count, and whose a file is."""
