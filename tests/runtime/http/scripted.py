"""A server that says what a script has, byte by byte, whatever it is asked."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Sequence

HANG_UP = b""
"""In a script: the connection is closed."""

Piece = bytes | float
"""What is sent by itself, or seconds in which nothing is."""


def said(content: bytes, *headers: str, status: int = 200, version: str = "1.1") -> bytes:
    """An answer with a length."""
    lines = [f"HTTP/{version} {status} -", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class Scripted:
    """What happened."""

    script: list[list[Piece]]
    """What is said to each request, the last again and again."""
    url: str = ""
    requests: list[tuple[int, bytes]] = field(default_factory=list)
    """Connection and whole request."""
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    impatient: bool = False
    """It answers when it has the headers, and listens no more."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Of one connection."""
        self.connections += 1
        number = self.connections
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
                if self.impatient:
                    length = 0
                self.requests.append((number, head + await reader.readexactly(length)))
                self.asked.set()
                pieces = self.script[0] if len(self.script) == 1 else self.script.pop(0)
                for piece in pieces:
                    if piece == HANG_UP:
                        raise ConnectionResetError
                    if isinstance(piece, float):
                        await asyncio.sleep(piece)
                        continue
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)  # so that pieces arrive as such
        writer.close()
        self.hung_up.set()


@asynccontextmanager
async def scripted(*script: Sequence[Piece], context: ssl.SSLContext | None = None) -> AsyncIterator[Scripted]:
    """The server, at a port of its own."""
    told = Scripted([list(pieces) for pieces in script])
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    told.url = f"http{'s' if context else ''}://localhost:{port}"
    try:
        yield told
    finally:
        server.close()
        for writer in told.writers:
            writer.transport.abort()
        await server.wait_closed()
