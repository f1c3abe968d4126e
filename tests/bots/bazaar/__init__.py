"""Tests of bots.bazaar."""
