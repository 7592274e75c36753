"""The nouns: rows, filings, findings, messages, the national table and its lines. Reading, checking and merging make them,
all above reads them. They hold no form's columns and no year, judge nothing and print nothing.
"""
