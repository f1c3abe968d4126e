"""The chat page: what it shows, what it asks for, and the bot's process that it starts and kills."""
