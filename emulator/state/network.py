"""The network between the bot and Telegram: it can be cut, and connections on it reset."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")

_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class CutError(Exception):
    """The connection is to be reset."""


class Network:
    """Who waits on it, and whether it is cut; `around` is the larger one of which it is a part."""

    def __init__(self, around: Network | None = None) -> None:
        self._cut = False
        self._around = around
        self._parts: list[Network] = []
        self._waiting: dict[asyncio.Future[None], asyncio.Future[Any]] = {}
        if around is not None:
            around._parts.append(self)  # noqa: SLF001 - one of its own kind

    @property
    def cut(self) -> bool:
        """Whether it is cut, or what is around it."""
        return self._cut or (self._around is not None and self._around.cut)

    @cut.setter
    def cut(self, cut: bool) -> None:
        self._cut = cut
        if cut:
            self.drop()

    def drop(self) -> None:
        """Reset every connection on which something is waited for.

        Over a cut network also what has come but was not delivered yet is lost.
        """
        for part in self._parts:
            part.drop()
        for broken, awaited in self._waiting.items():
            if not broken.done() and (self.cut or not awaited.done()):
                broken.set_result(None)

    async def wait(self, awaitable: Awaitable[T]) -> T:
        """Await something; CutError as soon as the connections are dropped. A plain future goes on without us."""
        if isinstance(awaitable, asyncio.Future) and awaitable.done():
            result: T = awaitable.result()
            return result
        broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        awaited = asyncio.ensure_future(awaitable)
        both: set[asyncio.Future[Any]] = {awaited, broken}
        self._waiting[broken] = awaited
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if broken.done():
                raise CutError
            return awaited.result()
        finally:
            del self._waiting[broken]
            if isinstance(awaited, asyncio.Task):
                awaited.cancel()

    async def hang(self) -> None:
        """Wait until the connections are dropped, then CutError."""
        await self.wait(asyncio.get_running_loop().create_future())


def reset(transport: asyncio.Transport | None) -> None:
    """Reset a TCP connection: whatever was not sent yet is lost, the other side gets an RST."""
    if transport is None or transport.is_closing():
        return
    if (connection := transport.get_extra_info("socket")) is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
