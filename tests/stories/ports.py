"""Ports for those who must be told one before they listen there."""

from __future__ import annotations

import random
import socket

FIRST, LAST = 20_000, 31_999
"""Below those that systems give out by themselves, to connections and to whoever listens at port 0: between the moment
in which a port is found and that in which a bot listens there, at a restart as well, nobody is given it by chance.
"""

_dice = random.SystemRandom()  # each worker of pytest draws others, whatever seeds are set


def free_port() -> int:
    """A port that nobody listens at now."""
    while True:
        port = _dice.randint(FIRST, LAST)
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))  # noqa: S104 - as bots do
            except OSError:
                continue
            return port
