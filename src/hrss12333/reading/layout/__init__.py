"""In goes a book, cells with their marks, with the edition of the year that is processed; out come its tables, each with owner,
period, header and rows as values, and every text and figure that no table claims. Nothing here knows a rule, another file or
which rows count. `tables` goes through a book: `sheets` makes it ready, `headings` finds the forms, `header` and `labels` read
whose they are, `attribution` decides period and owner, `rows` says what becomes of each row, `leftovers` quotes the rest.
"""
