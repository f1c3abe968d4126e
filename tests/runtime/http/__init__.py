"""Tests of runtime.http."""
