"""Reading. In go paths; out come filings, work reports, letters and unread files, every value with its cell
and every other text quoted. It knows no rule, and not which rows count.

`grid` holds what format readers return; `documents` is the entrance."""
