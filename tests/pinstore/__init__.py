"""Tests of pinstore."""
