"""Tests of runtime.ops."""
