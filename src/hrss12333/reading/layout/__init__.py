"""In goes a book (cells with their marks) with the edition of the year that is processed; out come its
tables, each with owner, period, header and rows as values, and every text and figure outside them.
Nothing here knows a rule, another file or which rows count.

`tables` goes through a book: `sheets` prepares it and locates its tables (`headings`, `header`, with the
words of `table_words` and `survey/labels.py`), each a `TablePart` of `rows`. `attribution` decides owner and
period once, before `rows` decides each row, whose values `cells` reads. `leftovers` quotes the rest."""
