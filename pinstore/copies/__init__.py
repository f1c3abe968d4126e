"""Tables become bytes, and bytes become tables again."""
