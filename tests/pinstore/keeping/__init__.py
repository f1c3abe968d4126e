"""Tests of pinstore.keeping."""
