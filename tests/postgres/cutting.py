"""A way to the server that is cut in the worst moment: when COMMIT has gone out and before its answer is there."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Cutting:
    """A proxy that forwards what a client says, and hangs up after its next COMMIT as often as it is told."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.cuts = 0
        """COMMITs that are still to be cut."""
        self.done = 0
        self.spares = 1
        """Of so many COMMITs one is cut: 2 cuts every other one."""
        self._commits = count()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        answers = asyncio.create_task(_pump(there, writer))
        try:
            while said := await reader.read(1 << 16):
                cut = self.cuts > 0 and b"COMMIT" in said and next(self._commits) % self.spares == 0
                if cut:
                    answers.cancel()
                    await asyncio.wait({answers})
                back.write(said)
                await back.drain()
                if cut:
                    self.cuts, self.done = self.cuts - 1, self.done + 1
                    await there.read(1)  # the server has answered, so it is committed
                    break
        finally:
            answers.cancel()
            for end in (back, writer):
                end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(1 << 16):
        writer.write(said)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def cutting(port: int) -> AsyncIterator[tuple[Cutting, int]]:
    """The proxy before a server at this port, and the port at which it is reached."""
    proxy = Cutting(port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with server:
        yield proxy, server.sockets[0].getsockname()[1]
