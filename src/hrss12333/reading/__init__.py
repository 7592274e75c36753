"""From bytes to filings: container → grid of cells → located form → values with their place.

`grid` holds what the format readers yield; `documents` is the door: it reads any file into the nouns of `filing`.
"""
