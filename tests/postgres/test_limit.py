"""A handler that fails, or does not end, is told and done with: what comes next from the same chat is handled."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiogram.types import Update

from pinstore.errors import CountedError, OverdueError
from pinstore.postgres.silence import Silence
from pinstore.server import limit
from pinstore.server.limit import Limit
from pinstore.server.updates import HandledOnce, Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinstore.updates.window import Window

pytestmark = pytest.mark.long

MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": "Клик"}


class Noted:
    """A window that notes which updates are handled."""

    def __init__(self) -> None:
        self.updates: list[int] = []

    def handled(self, update: int) -> None:
        """It is."""
        self.updates.append(update)


async def hang() -> None:
    """Wait for what never comes."""
    await asyncio.get_running_loop().create_future()


async def hang_on() -> None:
    """The same, and do not be broken off, but for the second time."""
    with suppress(asyncio.CancelledError):
        await hang()
    await hang()


async def fail() -> None:
    """As a handler with a fault does."""
    raise ZeroDivisionError


async def counted() -> None:
    """Another process was faster."""
    raise CountedError(7)


async def nothing(*_: object) -> None:
    """All is well."""


@pytest.mark.parametrize(
    ("deed", "error"),
    [(nothing, None), (counted, None), (fail, ZeroDivisionError), (hang, OverdueError), (hang_on, OverdueError)],
)
async def test_what_fails_or_never_ends_is_done_with(
    monkeypatch: pytest.MonkeyPatch, deed: Callable[[], Awaitable[None]], error: type[Exception] | None
) -> None:
    """The update counts as handled, and the next one of its chat has its turn."""
    for name, seconds in (("MOST", 0.1), ("LOOK", 0.02), ("FAREWELL", 0.05)):
        monkeypatch.setattr(limit, name, seconds)
    window = Noted()
    handled = HandledOnce(cast("Window", window), Turns(), Limit(Silence()), nothing)

    async def handler(_: Any, __: Any) -> None:
        await deed()

    first = handled(handler, Update.model_validate({"update_id": 1, "message": MESSAGE}), {})
    second = handled(nothing, Update.model_validate({"update_id": 2, "message": MESSAGE}), {})
    told = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(one) for one in told] == [error or type(None), type(None)]
    assert window.updates == [1, 2]


async def test_the_time_for_which_the_server_is_away_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler that waits for it is as quick as it can be."""
    for name, seconds in (("MOST", 0.06), ("LOOK", 0.02), ("AWAY", 0.0)):
        monkeypatch.setattr(limit, name, seconds)
    silence = Silence()
    assert not silence.seconds
    with silence.waiting():
        assert await Limit(silence).keep(asyncio.sleep(0.4, "in the end")) == "in the end"


async def test_a_stop_breaks_a_handler_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its update is left to be sent again."""
    monkeypatch.setattr(limit, "FAREWELL", 0.05)
    window, begun = Noted(), asyncio.Event()
    handled = HandledOnce(cast("Window", window), Turns(), Limit(Silence()), nothing)

    async def handler(_: Any, __: Any) -> None:
        begun.set()
        await hang()

    task = asyncio.create_task(handled(handler, Update.model_validate({"update_id": 1, "message": MESSAGE}), {}))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert window.updates == []
