"""Forms: texts as they are, all else as JSON (Bot API, Making requests)."""

from collections.abc import Mapping
from urllib.parse import quote_plus

import orjson

MEDIA_TYPE = "application/x-www-form-urlencoded"


def encoded(fields: Mapping[str, object]) -> bytes:
    """A form with these fields, whose names are words."""
    return "&".join(f"{name}={_value(value)}" for name, value in fields.items()).encode()


def _value(value: object) -> str:
    if isinstance(value, str):
        return quote_plus(value)
    return str(value) if type(value) is int else quote_plus(orjson.dumps(value))
