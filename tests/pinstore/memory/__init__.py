"""Tests of pinstore.memory."""
