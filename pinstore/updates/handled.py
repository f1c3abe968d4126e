"""The update that is being handled: whoever writes in its name need not pass its number on."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from pinstore.updates.window import Window


class Scope:
    """One update while its handler runs; a job that the handler has begun and that goes on writes in nobody's name."""

    def __init__(self, update: int) -> None:
        self._update: int | None = update

    @property
    def update(self) -> int | None:
        """Its number (Bot API, Update, update_id); None when the handler is through."""
        return self._update

    def close(self) -> None:
        """The handler is through."""
        self._update = None


_scope: ContextVar[Scope | None] = ContextVar("handled update", default=None)


def handled_update() -> int | None:
    """The number of the update whose handler this is, None outside of one."""
    scope = _scope.get()
    return scope.update if scope else None


@contextmanager
def handling(update: int) -> Iterator[None]:
    """What is written in this block is written in the name of `update`."""
    scope = Scope(update)
    token = _scope.set(scope)
    try:
        yield
    finally:
        scope.close()
        _scope.reset(token)


class Handled(BaseMiddleware):
    """Tells the window when a handler is through; one that is cancelled leaves its update to be sent again."""

    def __init__(self, window: Window) -> None:
        self._window = window

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        update = cast("Update", event).update_id
        try:
            with handling(update):
                result = await handler(event, data)
        except Exception:
            # aiogram logs it. The update is not tried again: a failure of its own would repeat for ever.
            self._window.handled(update)
            raise
        self._window.handled(update)
        return result
