"""A balancer in front of replicas: each new connection goes to the next one, past those that do not listen."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tests.stories.forward import pipe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Balancer:
    """Ports of replicas in turn; `port` is its own."""

    def __init__(self, ports: list[int]) -> None:
        self.port = 0
        self._count = len(ports)
        self._ports = cycle(ports)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to whichever replica is next and there; closed if none is."""
        for port in islice(self._ports, self._count):
            with suppress(OSError):
                there, onward = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(pipe(reader, onward), pipe(there, writer))
                break
        writer.close()


@asynccontextmanager
async def balancing(ports: list[int]) -> AsyncIterator[Balancer]:
    """A balancer that runs."""
    balancer = Balancer(ports)
    server = await asyncio.start_server(balancer.serve, "127.0.0.1", 0)
    balancer.port = server.sockets[0].getsockname()[1]
    try:
        yield balancer
    finally:
        server.close()
