"""A chat's turn for something else than an answer: waited for, but not behind answers that do not get through."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from runtime.outbox.answer import Turn
from runtime.outbox.line import Line

HELD_UP = 5.0
"""Seconds after which whoever waits for a turn gives up behind an answer that is refused again and again."""


class HeldUpError(Exception):
    """A chat's turn does not come, as its answers fail."""


@asynccontextmanager
async def taken(turn: Turn, line: Line) -> AsyncIterator[None]:
    """Wait for a turn that stands in this line; it lasts to the end of the block. Raises HeldUpError."""
    loop = asyncio.get_running_loop()

    def look() -> None:
        if turn.has_come.is_set() or turn.is_over.is_set():
            return
        if line.failures:
            line.give_up(turn)
        else:
            loop.call_later(HELD_UP, look)

    looking = loop.call_later(HELD_UP, look)
    try:
        await turn.has_come.wait()
        looking.cancel()
        if turn.is_held_up:
            raise HeldUpError
        yield
    finally:
        turn.is_over.set()
