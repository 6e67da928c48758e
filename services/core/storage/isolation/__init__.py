"""Which service may do what to a table, and who sees which of its rows: kept by the database."""
