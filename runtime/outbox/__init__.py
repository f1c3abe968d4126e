"""Answers on their way to their chats, at Telegram's pace."""
