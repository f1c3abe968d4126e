"""Heleket's signatures: MD5 of a body in Base64 and the key, over the very bytes that are sent."""

import base64
import hashlib
import hmac
import json
import re
from typing import Any

_SPACE = rb"[ \t\n\r]*"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^"{}\[\]]+', re.DOTALL)
_FIELD = re.compile(rb'"sign"' + _SPACE + rb":" + _SPACE + rb'"([^"\\]*)"')


class NotJsonError(Exception):
    """A body is no JSON."""


def sign(body: bytes, key: str) -> str:
    """The signature of a body (doc.heleket.com, request format)."""
    return hashlib.md5(base64.b64encode(body) + key.encode(), usedforsecurity=False).hexdigest()


def read(body: bytes, key: str) -> dict[str, Any] | None:
    """A webhook that bears its signature; None if that is wrong, missing or there twice. Raises NotJsonError.

    It was made before the field `sign` was put in, so it is checked over the body as it came without that field:
    written anew, PHP's escapes would be lost (doc.heleket.com, webhook).
    """
    try:
        said = json.loads(body.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJsonError from error
    parted = without_sign(body) if isinstance(said, dict) else None
    if parted is None:
        return None
    rest, given = parted
    return said if hmac.compare_digest(sign(rest, key).encode(), given) else None


def without_sign(body: bytes) -> tuple[bytes, bytes] | None:
    """A JSON object's bytes without its own field `sign`, and the value of that; None unless it has just one."""
    depth, found = 0, list[re.Match[bytes]]()
    for token in _TOKEN.finditer(body):
        text = token[0]
        if text in (b"{", b"["):
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1
        elif depth == 1 and text == b'"sign"' and (field := _FIELD.match(body, token.start())):
            found.append(field)
    if len(found) != 1:
        return None
    field = found[0]
    before, after = body[: field.start()], body[field.end() :]
    bare = before.rstrip(b" \t\n\r")
    if bare.endswith(b","):
        return bare[:-1] + after, field[1]
    return before + re.sub(rb"^" + _SPACE + b"," + _SPACE, b"", after), field[1]


def _no_constant(name: str) -> None:
    raise ValueError(name)
