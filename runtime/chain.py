"""Middlewares around the calls of a bot."""

from typing import Any

from aiogram.client.session.middlewares.base import NextRequestMiddlewareType, RequestMiddlewareType
from aiogram.client.session.middlewares.manager import RequestMiddlewareManager
from aiogram.methods.base import TelegramType


class Chain(RequestMiddlewareManager):
    """They are put around the session when one comes or goes; aiogram does so anew for each call."""

    def __init__(self) -> None:
        super().__init__()
        self._around: dict[object, NextRequestMiddlewareType[Any]] = {}
        """The outermost, by what it ends with and how long a call may take."""

    def register(self, middleware: RequestMiddlewareType) -> RequestMiddlewareType:
        """Add one inside of those there are."""
        self._around = {}
        return super().register(middleware)

    def unregister(self, middleware: RequestMiddlewareType) -> None:
        """Leave one out."""
        self._around = {}
        super().unregister(middleware)

    def wrap_middlewares(
        self, callback: NextRequestMiddlewareType[TelegramType], **options: Any
    ) -> NextRequestMiddlewareType[TelegramType]:
        """What calls them one after the other, and then the session."""
        call = callback, *options.values()
        found = self._around.get(call)
        if found is None:
            found = self._around[call] = super().wrap_middlewares(callback, **options)
        return found
