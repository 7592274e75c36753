"""The nouns: rows, filings, findings, messages, the national table and its lines. Reading, checking and
merging make them; every room above reads them. They know no form's columns and no year, judge nothing and
print nothing."""
