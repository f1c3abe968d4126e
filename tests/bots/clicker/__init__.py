"""Tests of bots.clicker."""
