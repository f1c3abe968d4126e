"""A rehearsal: what every bot imports and builds at its start, done before it is known which bot will play."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from runtime.lazy_aiogram import import_aiogram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

CALLED = "GetMe DeleteWebhook SendMessage PinChatMessage DeleteMessage GetFile SetMyCommands"
"""Methods of aiogram's whose types each bot would build at its first call, as it would those of our own."""


def rehearse(modules: Iterable[str]) -> list[Any]:
    """Import these modules, read the words of bots and build types, which pydantic forgets unless they are held."""
    import_aiogram()
    for module in modules:
        if app := getattr(import_module(module), "app", None):
            import_module("runtime.languages").Languages(app.locales)
    methods = import_module("aiogram.methods")
    own = (one for one in _derived(methods.TelegramMethod) if not one.__module__.startswith("aiogram."))
    called = [
        *(getattr(methods, name) for name in CALLED.split()),
        *(one for one in own if "__api_method__" in vars(one)),
    ]
    answers = [methods.Response[method.__returning__] for method in called]
    for built in (import_module("aiogram.types").Update, *called, *answers):
        built.model_rebuild()
    return answers


def _derived(base: type[T]) -> Iterator[type[T]]:
    """All classes below this one."""
    for one in base.__subclasses__():
        yield one
        yield from _derived(one)
