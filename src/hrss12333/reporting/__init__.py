"""Audit and merge presented to people and programs: terminal, page, JSON, marked copies and letters."""
