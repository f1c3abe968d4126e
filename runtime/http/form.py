"""Forms: texts as they are, all else as JSON (Bot API, Making requests)."""

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote_plus

import orjson

UNSAFE = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""What a name may not hold within its quotes, as browsers write it (HTML, 4.10.22.8 Multipart form data)."""

QUOTED = [quote_plus(bytes((byte,))) for byte in range(256)]
"""Each byte as it stands in a plain form; to look them up takes a third of the time."""


class Form(NamedTuple):
    """What a request carries, in pieces that are sent one after the other."""

    media_type: str
    pieces: Sequence[bytes]


class File(NamedTuple):
    """One that is sent."""

    name: str
    pieces: Sequence[bytes]


def plain(fields: Mapping[str, object]) -> Form:
    """A form with these fields, whose names are words."""
    content = "&".join([f"{name}={_value(value)}" for name, value in fields.items()]).encode()
    return Form("application/x-www-form-urlencoded", (content,))


def with_files(fields: Mapping[str, str], files: Mapping[str, File]) -> Form:
    """A form with these fields and files (RFC 7578)."""
    boundary = secrets.token_hex(16)
    pieces = [_part(boundary, name) + value.encode() + b"\r\n" for name, value in fields.items()]
    for name, file in files.items():
        pieces += [_part(boundary, name, file.name), *file.pieces, b"\r\n"]
    return Form(f"multipart/form-data; boundary={boundary}", (*pieces, f"--{boundary}--\r\n".encode()))


def _value(value: object) -> str:
    if type(value) is int:
        return str(value)
    content = value.encode() if isinstance(value, str) else orjson.dumps(value)
    return "".join([QUOTED[byte] for byte in content])


def _part(boundary: str, name: str, file_name: str | None = None) -> bytes:
    """What stands before a field's value or a file's content."""
    disposition = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if file_name is not None:
        disposition += f'; filename="{file_name.translate(UNSAFE)}"\r\nContent-Type: application/octet-stream'
    return f"{disposition}\r\n\r\n".encode()
