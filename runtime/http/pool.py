"""Connections to one server that are kept open between requests."""

import asyncio
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Sequence
from socket import SOCK_STREAM, socket
from ssl import SSLContext
from urllib.parse import unquote, urlsplit

from aiohappyeyeballs import AddrInfoType, start_connection

from runtime.http.connection import Answered, Connection
from runtime.http.form import Form

SMALL = 1 << 16
"""Bytes of a request that are sent at once."""

KEPT = 15.0
"""Seconds for which a connection that nobody needs is used again, as in aiohttp; servers close theirs later."""

MOST = 100
"""Connections at once, as in aiohttp."""

FRESH = 3600.0
"""Seconds for which a name is not looked up again, as in aiogram."""

NEXT = 0.25
"""Seconds after which the next address of a server is tried beside the one before (RFC 8305, 5)."""


class Pool:
    """Those to the server of an address, http or https.

    Whoever finds none that rests has one opened, and gets the first that is opened or let go: who came first has it
    first. For each that waits one is being opened, unless as many are open as there may be.
    """

    def __init__(self, address: str, context: Callable[[], SSLContext]) -> None:
        """`context`: whom to trust, asked for if the address is of https."""
        url = urlsplit(address)
        user, _, host = url.netloc.rpartition("@")
        self._origin = f"{url.scheme}://{url.netloc}"
        self._context = context() if url.scheme == "https" else None
        self._host, self._port = url.hostname or "", url.port or (443 if self._context else 80)
        self._head = f" HTTP/1.1\r\nHost: {host}\r\n"
        if user:
            self._head += f"Authorization: Basic {b64encode(unquote(user).encode()).decode()}\r\n"
        self._resting: deque[Connection] = deque()
        """The one that was used last comes last."""
        self._waiting: deque[asyncio.Future[Connection]] = deque()
        self._opening: list[asyncio.Task[Connection]] = []
        self._opened = 0
        """Those that were opened and are not known to be closed, at rest or in use."""
        self._found: Sequence[AddrInfoType] = ()
        """The addresses behind the name."""
        self._found_at = 0.0

    async def post(self, address: str, form: Form, seconds: float) -> Answered:
        """Send a form to an address of this server. Raises TimeoutError, or another OSError."""
        length = sum(map(len, form.pieces))
        head = f"POST {address[len(self._origin) :]}{self._head}Content-Type: {form.media_type}\r\n"
        pieces = (f"{head}Content-Length: {length}\r\n\r\n".encode(), *form.pieces)
        return await self._exchange((b"".join(pieces),) if length < SMALL else pieces, seconds)

    async def get(self, address: str, seconds: float, silence: float) -> Answered:
        """What is at an address of this server; given up after so many seconds of silence. Raises as `post`."""
        request = f"GET {address[len(self._origin) :]}{self._head}\r\n".encode()
        return await self._exchange((request,), seconds, silence)

    async def _exchange(self, pieces: Sequence[bytes], seconds: float, silence: float | None = None) -> Answered:
        now = _now()
        until, connection = now + seconds, self._rested(now)
        if connection is None:
            async with asyncio.timeout_at(until):
                connection = await self._next()
        try:
            return await connection.exchange(pieces, until, silence)
        finally:
            self._put_back(connection)

    async def close(self) -> None:
        """Close what rests, and open nothing more."""
        while self._opening:
            self._opening.pop().cancel()
        while self._resting:
            self._opened -= 1
            self._resting.pop().close()

    def _rested(self, now: float) -> Connection | None:
        while self._resting and self._resting[0].rests_since < now - KEPT:
            self._opened -= 1
            self._resting.popleft().close()
        while self._resting:
            if (connection := self._resting.pop()).is_open:
                return connection
            self._opened -= 1
        return None

    async def _next(self) -> Connection:
        """The next one that nobody before needs."""
        mine: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        self._open_more()
        try:
            return await mine
        except asyncio.CancelledError:
            self._give_up(mine)
            raise

    def _give_up(self, mine: "asyncio.Future[Connection]") -> None:
        """Nobody waits for it any more; what may be opened in vain is opened no longer."""
        if mine in self._waiting:
            self._waiting.remove(mine)
        elif not mine.cancelled() and not mine.exception():
            self._let_go(mine.result())
        while len(self._opening) > len(self._waiting):
            self._opening.pop(0).cancel()

    def _first(self) -> "asyncio.Future[Connection] | None":
        """Whoever has waited longest."""
        while self._waiting:
            if not (first := self._waiting.popleft()).done():
                return first
        return None

    def _open_more(self) -> None:
        """For each that waits one is being opened, unless there are too many."""
        while len(self._opening) < min(len(self._waiting), MOST - self._opened):
            task = asyncio.create_task(self._open())
            self._opening.append(task)
            task.add_done_callback(self._has_opened)

    def _put_back(self, connection: Connection) -> None:
        """It has been used."""
        if connection.is_open:
            self._let_go(connection)
        else:
            self._opened -= 1
            self._open_more()

    def _let_go(self, connection: Connection) -> None:
        if self._waiting and (first := self._first()):
            first.set_result(connection)
        else:
            connection.rests_since = _now()
            self._resting.append(connection)

    def _has_opened(self, task: "asyncio.Task[Connection]") -> None:
        if task.cancelled():
            return
        if task in self._opening:  # or it was given up just when it was through
            self._opening.remove(task)
        if error := task.exception():
            if first := self._first():
                first.set_exception(error)
            self._open_more()
        else:
            self._opened += 1
            self._let_go(task.result())

    async def _open(self) -> Connection:
        loop = asyncio.get_running_loop()
        name = self._host if self._context else None
        sock = await self._connect()
        _, connection = await loop.create_connection(Connection, sock=sock, ssl=self._context, server_hostname=name)
        return connection

    async def _connect(self) -> socket:
        if not self._found or self._found_at < _now() - FRESH:
            self._found = await asyncio.get_running_loop().getaddrinfo(self._host, self._port, type=SOCK_STREAM)
            self._found_at = _now()
        try:
            return await start_connection(self._found, happy_eyeballs_delay=NEXT, interleave=1)
        except BaseException:  # whoever waits in vain breaks it off
            self._found = ()
            raise


def _now() -> float:
    return asyncio.get_running_loop().time()
