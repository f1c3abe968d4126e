"""SQLite: tables, transactions, what has changed since when."""
