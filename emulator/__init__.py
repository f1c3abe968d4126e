"""A local Telegram: a Bot API server on loopback that keeps real state, for the demo and the tests."""
