"""Bots that were not written for the store, before they moved in and after."""
