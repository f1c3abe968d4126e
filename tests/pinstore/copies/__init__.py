"""Tests of pinstore.copies."""
