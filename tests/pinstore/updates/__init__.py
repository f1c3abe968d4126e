"""Tests of pinstore.updates."""
