"""The audit: the engine, its rules, which rows count, and whose a file is."""
