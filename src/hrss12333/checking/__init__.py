"""The audit: an engine, its rules, and what figures are compared with."""
