"""The tests: user stories, faults and properties, run against the real program through the local Telegram."""
