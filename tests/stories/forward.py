"""A forward proxy as strict as those of offices: absolute-form and CONNECT, a password, and it counts."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import Counter
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NOWHERE = "telegram.invalid"
"""A host that only the proxy knows (RFC 6761): what arrives by this name has come through it."""


class Forward:
    """The proxy; `upstream` is where all that is meant for NOWHERE goes."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.upstream = upstream
        self.user, self.password = "", ""
        self.status = 0
        """Answered to every request, 0: it is let through."""
        self.served: Counter[str] = Counter()
        """Requests that were let through, by method and host."""
        self.refused = 0
        self.port = 0

    @property
    def url(self) -> str:
        """Its address without user and password."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def secret_url(self) -> str:
        """Its address with both."""
        return f"http://{quote(self.user, safe='')}:{quote(self.password, safe='')}@127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which carries one request."""
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):  # one of the two has gone
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest) if value}
        host = target.partition(":")[0] if method == "CONNECT" else urlsplit(target).hostname
        status = self._refusal(headers) or (0 if host else 400)  # what is no proxy's request has no host in its target
        if status:
            self.refused += 1
            writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<h1>No</h".encode())
            return
        self.served[f"{method} {host}"] += 1
        there, onward = await asyncio.open_connection(*self.upstream)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            onward.write(_origin_form(method, target, headers))
        await asyncio.gather(pipe(reader, onward), pipe(there, writer))

    def _refusal(self, headers: dict[str, str]) -> int:
        wanted = "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()
        return 407 if self.user and headers.get("proxy-authorization") != wanted else self.status


def _origin_form(method: str, target: str, headers: dict[str, str]) -> bytes:
    """The request as a server wants it, without what is the proxy's (RFC 9110, 7.6.1)."""
    url = urlsplit(target)
    kept = {name: value for name, value in headers.items() if not name.startswith("proxy-") and name != "connection"}
    lines = [f"{method} {url.path}{'?' + url.query if url.query else ''} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in {**kept, "connection": "close"}.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on all that comes, until it ends or breaks."""
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def forwarding(upstream: tuple[str, int]) -> AsyncIterator[Forward]:
    """A proxy that runs."""
    proxy = Forward(upstream)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
