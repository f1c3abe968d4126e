"""One seed of chaos, whatever is played: a local Telegram, the play against it, and its accounts at the end."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from emulator.http.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.state.telegram import Telegram
    from tests.chaos.fleet import Fleet
    from tests.chaos.seeds import Played

T_co = TypeVar("T_co", bound="Played", covariant=True)


class Run(Protocol[T_co]):
    """What is played."""

    @property
    def fleet(self) -> Fleet:
        """Its processes."""

    @property
    def outcome(self) -> T_co:
        """What it has shown."""

    async def play(self) -> None:
        """The whole story; complaints are in the outcome."""

    def close(self) -> None:
        """Draw up the accounts."""

    def state(self) -> str:
        """What is left undone, in words."""


async def play_out(telegram: Telegram, make: Callable[[str], Run[T_co]]) -> T_co:
    """Play what is made for this address to its end, whatever happens; the outcome."""
    started = time.monotonic()
    async with serve(telegram) as server:
        run = make(server.url)
        try:
            await run.play()
        except (TimeoutError, AssertionError, pytest.fail.Exception) as error:
            run.outcome.complaints.append(f"{type(error).__name__}: {error}; {run.state()}")
        finally:
            with suppress(asyncio.TimeoutError):
                await run.fleet.close()
            run.close()
    run.outcome.seconds = time.monotonic() - started
    return run.outcome
