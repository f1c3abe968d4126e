"""Tests of pinstore.server that need no server."""
