"""How the audit and the merge speak to people and programs: terminal, JSON, annotated copies and letters."""
