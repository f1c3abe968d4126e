"""Telegram as a disk, with no idea what lies on it."""
