"""Ports for those who must be told one before they listen there."""

from __future__ import annotations

import random
import socket
from collections import deque

FIRST, LAST = 20_000, 31_999
"""Below those that systems give out by themselves, to connections and to whoever listens at port 0: between the moment
in which a port is found and that in which a bot listens there, at a restart as well, nobody is given it by chance.
"""

MOST = 200
"""Ports that a process keeps to itself."""

_claims: deque[socket.socket] = deque()
_dice = random.SystemRandom()  # each worker of pytest draws others, whatever seeds are set


def free_port() -> int:
    """A port that nobody listens at now, and that no other process is given here: it is taken for datagrams as well."""
    while True:
        port = _dice.randint(FIRST, LAST)
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("0.0.0.0", port))  # noqa: S104 - as bots do
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        if len(_claims) > MOST:
            _claims.popleft().close()
        return port
