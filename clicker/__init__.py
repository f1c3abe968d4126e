"""A clicker bot whose only database is Telegram."""
