"""The signals that pause a process and let it go on; where a system has none, its tests are skipped."""

from __future__ import annotations

import signal

SIGSTOP: signal.Signals = getattr(signal, "SIGSTOP", signal.SIGTERM)
SIGCONT: signal.Signals = getattr(signal, "SIGCONT", signal.SIGTERM)
