"""Tests of runtime.admin."""
