"""Tests of pinstore.chat."""
