"""Format readers, one a format. In go bytes, out come grids of cells; they know no form."""
