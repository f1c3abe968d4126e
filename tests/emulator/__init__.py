"""The local Telegram itself, through real HTTP."""
