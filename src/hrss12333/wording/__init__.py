"""Findings, places and numbers in words, the same for every report."""
