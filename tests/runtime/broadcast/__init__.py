"""Tests of runtime.broadcast."""
