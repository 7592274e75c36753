"""The audit rules, one named function a rule, each with its text: a new rule is one function in one file here."""
