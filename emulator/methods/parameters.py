"""The parameters of one call: texts by name and uploaded files, checked where they are used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

from emulator.state.errors import bad_request

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}\Z")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0", ""})


def whole_number(text: str) -> int | None:
    """The number a text stands for, None if it is no whole number."""
    return int(text) if _WHOLE_NUMBER.match(text) else None


@dataclass(frozen=True)
class Upload:
    """A file of the request."""

    name: str
    data: bytes

    def __str__(self) -> str:
        return f"{self.name} ({len(self.data)} bytes)"


class Parameters:
    """What a request has brought. An empty text counts as missing, as on the real server (Client.cpp)."""

    __slots__ = ("files", "texts")

    def __init__(self, texts: dict[str, str], files: dict[str, Upload] | None = None) -> None:
        self.texts = texts
        self.files = files or {}

    def summary(self) -> dict[str, str]:
        """All of it as texts, for the call log."""
        return {**self.texts, **{name: str(upload) for name, upload in self.files.items()}}

    def text(self, name: str) -> str:
        """The text of this name, "" if there is none."""
        return self.texts.get(name, "")

    def required(self, name: str) -> str:
        """The text of this name. Source of the wording: Client.cpp, get_required_string_arg."""
        if not (value := self.texts.get(name, "")):
            raise bad_request(f'Parameter "{name}" is required')
        return value

    def integer(self, name: str, default: int = 0, low: int = -(2**31), high: int = 2**31 - 1) -> int:
        """An integer, clamped (Client.cpp, get_integer_arg). Stricter than there: what is no integer is refused."""
        if not (value := self.texts.get(name, "")):
            return default
        number = whole_number(value)
        if number is None:
            raise bad_request(f'parameter "{name}" must be an Integer')
        return min(max(number, low), high)

    def boolean(self, name: str) -> bool:
        """A truth value (Client.cpp, to_bool). Stricter than there: what is neither true nor false is refused."""
        value = self.texts.get(name)
        if value is None:
            return False
        value = value.strip().lower()
        if value not in _TRUE and value not in _FALSE:
            raise bad_request(f'parameter "{name}" must be a Boolean')
        return value in _TRUE

    def json(self, name: str, complaint: str) -> Any:
        """The parsed JSON of this name, None if it is missing; `complaint` if it can't be parsed."""
        if not (value := self.texts.get(name, "")):
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad_request(complaint) from None
