"""The audit rules: one function a rule, with its text."""
