"""The bots that ours is compared with, each a program; BOT_TOKEN and BOT_API_URL come from the environment."""
