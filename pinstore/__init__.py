"""The store in Telegram: tables become documents in the admin's chat, and documents become tables again."""
