"""Tests of runtime.outbox."""
