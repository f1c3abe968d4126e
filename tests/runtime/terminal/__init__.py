"""Tests of runtime.terminal."""
