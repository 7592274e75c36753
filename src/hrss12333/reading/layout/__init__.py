"""In goes a book, cells with their marks, with the edition of the year that is processed; out come its tables, each with owner,
period, header and rows as values, and every text and figure that no table claims. Nothing here knows a rule, another file or
which rows count.

`tables` goes through a book: `sheets` makes it ready and locates its tables (`headings`, `header`, by the words
of `table_words` and `survey/labels.py`), each as one `TablePart` of `rows`. `attribution` decides whose and of what
time it is, once, before `rows` says what becomes of each row, whose values `cells` reads. `leftovers` quotes the rest.
"""
