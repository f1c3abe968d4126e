"""A clicker bot whose only database is Telegram."""

__version__ = "2026.11"
