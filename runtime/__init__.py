"""What all bots share."""

__version__ = "2026.11"
