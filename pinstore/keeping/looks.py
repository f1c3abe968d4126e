"""Looks at what stands outside, each shared by all who have asked before it began."""

import asyncio
from collections.abc import Awaitable, Callable

GATHERING = 0.005
"""Seconds before a look in which others may come: those who waited for the same save ask one after the other."""


class Looks:
    """One at a time; whoever asks while one is under way waits for the next, as what he did is younger than that."""

    def __init__(self, look: Callable[[], Awaitable[None]]) -> None:
        """`look` returns if all is well, and raises if it is not or nobody can tell."""
        self._look = look
        self._turn = asyncio.Lock()
        self._begun = 0
        self._ended = 0
        """The number of the last one that has shown anything."""
        self._error: Exception | None = None
        """What that one has raised."""

    async def shared(self) -> None:
        """Look after this moment, alone or with others. Raises what the look has raised, for each of them."""
        asked = self._begun
        async with self._turn:
            if self._ended <= asked:
                await asyncio.sleep(GATHERING)
                await self._begin()
        if self._error:
            raise self._error

    async def _begin(self) -> None:
        self._begun += 1
        self._error = None
        try:
            await self._look()
        except Exception as error:  # noqa: BLE001 - raised by all who share the look
            self._error = error
        self._ended = self._begun
