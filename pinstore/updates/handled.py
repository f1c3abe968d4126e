"""The update that is being handled: who writes in its name need not pass its number on, and it writes once."""

import logging
from collections.abc import Awaitable, Callable, Hashable
from contextvars import ContextVar
from typing import Any, Self, cast

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from pinstore.errors import NotSetUpError, SecondWriteError
from pinstore.memory.database import Database
from pinstore.memory.tables import Tables
from pinstore.updates.window import Window

log = logging.getLogger(__name__)

Rider = Callable[[Tables], Awaitable[None]]
"""A change that goes with the one write of its update."""


class Scope:
    """One update while its handler runs; a job that the handler has begun and that goes on writes in nobody's name.

    A block of `with` is the handler. It is a class and no generator, as each tap enters one.
    """

    __slots__ = ("_is_open", "_number", "_riders", "_token", "has_written", "whose")

    def __init__(self, update: int, whose: int = 0) -> None:
        """`whose` is the chat or person whose updates have an order among themselves, for whoever needs to know."""
        self._number = update
        self.whose = whose
        self._is_open = True
        self.has_written = False
        self._riders: dict[Hashable, Rider] = {}

    def __enter__(self) -> Self:
        self._token = _scope.set(self)
        return self

    def __exit__(self, *error: object) -> None:
        self._is_open = False
        _scope.reset(self._token)

    @property
    def update(self) -> int | None:
        """Its number (Bot API, Update, update_id); None when the handler is through."""
        return self._number if self._is_open else None

    @property
    def has_riders(self) -> bool:
        """Whether changes wait for the write."""
        return bool(self._riders)

    def ride(self, name: Hashable, rider: Rider) -> None:
        """Have a change go with the write, in the place of one with the same name. Raises SecondWriteError."""
        if self.has_written:
            raise SecondWriteError(self._number)
        self._riders[name] = rider

    async def carry(self, tables: Tables) -> None:
        """Make the changes that ride on the write."""
        for rider in self._riders.values():
            await rider(tables)

    def written(self) -> None:
        """The write is done."""
        self.has_written = True
        self._riders.clear()


_scope: ContextVar[Scope | None] = ContextVar("handled update", default=None)


def handled() -> Scope | None:
    """The update whose handler this is, None outside of one."""
    scope = _scope.get()
    return scope if scope and scope.update is not None else None


class Handled(BaseMiddleware):
    """Tells the window when a handler is through; one that is cancelled leaves its update to be sent again."""

    def __init__(self, window: Window, database: Database) -> None:
        self._window = window
        self._database = database

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        update = cast("Update", event).update_id
        with Scope(update) as scope:
            try:
                result = await handler(event, data)
            except Exception:
                # aiogram logs it. The update is not tried again: a failure of its own would repeat for ever.
                await self._end(update, scope)
                raise
            await self._end(update, scope)
        return result

    async def _end(self, update: int, scope: Scope) -> None:
        """Write what nobody has written yet, and let the update go."""
        try:
            if scope.has_riders:
                await self._database.write(update, scope.carry)
                scope.written()
        except NotSetUpError:
            log.warning("An update is lost, as the bot is not set up yet")
        finally:
            self._window.handled(update)
