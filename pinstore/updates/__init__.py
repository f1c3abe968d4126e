"""Telegram's queue of updates as a log that can be replayed."""
