"""A process without a terminal, and one whose log has no room: it serves, and ends with the status that it should."""

from __future__ import annotations

import io
import sys

import pytest

from runtime import streams


class Full(io.StringIO):
    """A file on a disk without room."""

    def flush(self) -> None:
        """It takes nothing."""
        raise OSError(28, "No space left on device")


def test_who_has_nowhere_to_write_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under pythonw, or a service that closes everything: both streams are there and take what comes."""
    kept = io.StringIO()
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", kept)
    streams.begin()
    with sys.stderr:
        assert not sys.stderr.isatty()
        sys.stderr.write("Кликов 🏆")
        sys.stderr.flush()
    assert sys.stdout is kept


def test_a_full_disk_changes_no_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python flushes both at its end and would make 120 of any status; what works is left."""
    kept = io.StringIO()
    monkeypatch.setattr(sys, "stderr", Full())
    monkeypatch.setattr(sys, "stdout", kept)
    streams.end()
    assert sys.stderr is None
    assert sys.stdout is kept
