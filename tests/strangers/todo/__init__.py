"""A dictionary: what most small bots keep what they know in."""
