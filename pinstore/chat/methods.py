"""Plain methods of the Bot API: without files, and with no more parameters than are used."""

from typing import TypeVar

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


class Download(PlainMethod[bytes]):
    """No method of Telegram's: the file at this path of getFile, for sessions that let whoever watches calls see it."""

    __returning__ = bytes
    __api_method__ = "download"

    path: str
