"""Audit and merge presented to people and programs: terminal, JSON, annotated copies and letters."""
