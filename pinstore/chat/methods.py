"""Plain methods of the Bot API: without files, and with no more parameters than are used."""

from typing import Any, TypeVar

from aiogram.methods import TelegramMethod

Result = TypeVar("Result")

CALL_TIME = 15
"""Seconds that an ordinary call to Telegram may take."""

SLOWEST_UPLOAD = 100_000
"""Bytes a second below which an upload counts as stuck."""


def upload_time(size: int) -> int:
    """Seconds that an upload of so many bytes may take."""
    return CALL_TIME + size // SLOWEST_UPLOAD


class PlainMethod(TelegramMethod[Result]):
    """A method without files, whose parameters are written in one go.

    aiogram's own methods carry dozens of parameters and turn each answer into models, nested as deep as the answer is.
    """

    @classmethod
    def __pydantic_init_subclass__(cls, **options: Any) -> None:
        """Once for each method: pydantic's own way to say that no bot is given beforehand takes as long as all else."""
        super().__pydantic_init_subclass__(**options)
        setattr(cls, "model_post_init", _without_bot)  # noqa: B010 - mypy forbids to assign to a method


def _without_bot(method: TelegramMethod[Any], _: object, /) -> None:
    object.__setattr__(method, "__pydantic_private__", {"_bot": None})


class Download(PlainMethod[bytes]):
    """No method of Telegram's: the file at this path of getFile, for sessions that let whoever watches calls see it."""

    __returning__ = bytes
    __api_method__ = "download"

    path: str
