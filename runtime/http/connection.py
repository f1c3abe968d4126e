"""A connection to a server, which takes one request after the other (RFC 9112, 9.3)."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

END = b"\r\n\r\n"
"""Of the headers."""

INTERIM = 200
"""Below it a status is no answer yet (RFC 9110, 15.2)."""


class Answered(NamedTuple):
    """What a server has said."""

    status: int
    content: bytes


class Connection(asyncio.Protocol):
    """One that is open; what comes without being asked for closes it, as nobody could tell what it answers."""

    def __init__(self) -> None:
        self.rests_since = 0.0
        """When its last answer was there, by the event loop's clock."""
        self._parser = HttpResponseParser(self)
        self._head = b""
        """What has come of an answer up to its headers, and what of its body has come with them."""
        self._body: list[bytes] = []
        self._has_headers = False
        self._answer: asyncio.Future[Answered] | None = None
        self._room: asyncio.Future[None] | None = None
        """Until there is room for more of a request."""
        self._until = 0.0
        self._silence: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it takes another request."""
        return not self._transport.is_closing()

    def close(self) -> None:
        """Say goodbye."""
        self._transport.close()

    async def exchange(self, pieces: Sequence[bytes], until: float, silence: float | None = None) -> Answered:
        """Send a request, which nobody else does meanwhile; whoever is cancelled here leaves it closed.

        `until`: by the event loop's clock; `silence`: seconds in which at least something has to come. Raises
        TimeoutError, or another OSError.
        """
        self._until, self._silence = until, silence
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._late = self._timer()
        try:
            for piece in pieces:
                if answer.done():  # without having heard all of it
                    self._transport.abort()
                    break
                self._transport.write(piece)
                if self._room:
                    ends: list[asyncio.Future[Any]] = [self._room, answer]
                    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
                elif len(pieces) > 1:  # a network that takes all of it at once leaves no time to others
                    await asyncio.sleep(0)
            return await answer
        except BaseException:
            self._transport.abort()
            raise
        finally:
            self._late.cancel()

    def _timer(self) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        until = self._until if self._silence is None else min(self._until, loop.time() + self._silence)
        return loop.call_at(until, self._fail, TimeoutError("no answer in time"))

    def pause_writing(self) -> None:
        """Enough of a request waits to be sent."""
        self._room = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """It has been sent."""
        if self._room and not self._room.done():
            self._room.set_result(None)
        self._room = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, error: Exception | None) -> None:
        """An answer ends with the connection if it has not said where it ends (RFC 9112, 6.3)."""
        if self._has_headers and not self._is_measured:
            self.on_message_complete()
        self._fail(error or ConnectionResetError("the server has closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Some of an answer, or all of it."""
        if not self._has_headers:
            self._head += data
        if self._silence is not None:
            self._late.cancel()
            self._late = self._timer()
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._fail(ConnectionAbortedError(f"the server speaks no HTTP ({error})"))
            self._transport.abort()
        except HttpParserUpgrade:
            self._fail(ConnectionAbortedError("the server goes on in another protocol"))
            self._transport.abort()

    # Called by the parser.

    def on_message_begin(self) -> None:
        """An answer."""
        if self._answer is None or self._answer.done():
            self._transport.abort()

    def on_headers_complete(self) -> None:
        """Its body comes."""
        self._has_headers = True

    def on_body(self, part: bytes) -> None:
        """Some of its body."""
        self._body.append(part)

    def on_message_complete(self) -> None:
        """All of it has come."""
        answered = Answered(self._parser.get_status_code(), b"".join(self._body))
        self._has_headers = False
        self._body.clear()
        if answered.status < INTERIM:
            self._head = self._head.partition(END)[2]
            return
        self._head = b""
        if not self._parser.should_keep_alive():
            self._transport.close()
        if self._answer and not self._answer.done():
            self._answer.set_result(answered)

    @property
    def _is_measured(self) -> bool:
        """Whether the answer has said how long it is, or comes in chunks."""
        head = self._head.partition(END)[0].lower()
        return b"\ncontent-length:" in head or b"\ntransfer-encoding:" in head

    def _fail(self, error: Exception) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)
