"""Middlewares of a store, around all that a dispatcher has."""

from typing import Any

from aiogram import BaseMiddleware, Dispatcher


def put_outside(dispatcher: Dispatcher, *ours: BaseMiddleware) -> None:
    """Put middlewares around all that are there: an update has to be let go whatever they do."""
    manager = dispatcher.update.outer_middleware
    others = list(manager)
    for other in others:
        manager.unregister(other)
    each: Any
    for each in (*ours, *others):
        manager.register(each)
