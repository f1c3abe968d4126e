"""The shop: goods that a bot can hand over inside Telegram, and a wallet in whole Stars."""
