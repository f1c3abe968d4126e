"""Reading the parameters of an HTTP request: query first, then the body; the first occurrence of a name wins.

Source: tdlib/td, HttpReader.cpp (parse_parameters, parse_json_parameters, parse_multipart_form_data).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from emulator.methods.parameters import Parameters, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UPLOAD = 50_000_000  # Bot API, sendDocument: 50 MB
MAX_TEXTS = 1 << 20  # tdlib/td, HttpReader.h, MAX_TOTAL_PARAMETERS_LENGTH
MAX_FIELDS = 1_000
_VALUE = r'("(?:[^"\\]|\\.)*"|[^";\r\n]*)'  # in quotes or, as pyTelegramBotAPI writes it, without
_NAME = re.compile(rf"\bname={_VALUE}", re.IGNORECASE)
_FILE_NAME = re.compile(rf"\bfilename={_VALUE}", re.IGNORECASE)
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)


class MalformedRequestError(Exception):
    """Answered with this status, an empty body and a closed connection."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class UploadTooBigError(Exception):
    """The body or a file in it exceeds the 50 MB of an upload."""


async def read_parameters(request: web.Request) -> Parameters:
    """All parameters of a request. MalformedRequestError or UploadTooBigError if it can't be served."""
    texts: dict[str, str] = {}
    files: dict[str, Upload] = {}
    query = request.rel_url.raw_query_string
    if query:
        _add(texts, _urlencoded(query))
    if request.can_read_body:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise UploadTooBigError from None
        _read_body(request.headers.get("Content-Type", ""), body, texts, files)
    return Parameters(texts, files)


def read_body(content_type: str, body: bytes) -> Parameters:
    """The parameters that a body alone brings, as in the answer of a webhook. MalformedRequestError if it is wrong."""
    texts: dict[str, str] = {}
    files: dict[str, Upload] = {}
    if body:
        _read_body(content_type, body, texts, files)
    return Parameters(texts, files)


def _read_body(content_type: str, body: bytes, texts: dict[str, str], files: dict[str, Upload]) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        _read_multipart(content_type, body, texts, files)
    elif len(body) > MAX_TEXTS:
        raise MalformedRequestError(413)
    elif kind == "application/x-www-form-urlencoded":
        _add(texts, _urlencoded(_decoded(body)))
    elif kind == "application/json" and body:
        _add(texts, _json(body))


def _add(texts: dict[str, str], pairs: list[tuple[str, str]]) -> None:
    for name, value in pairs:
        texts.setdefault(name, value)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise MalformedRequestError(400) from None


def _urlencoded(source: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(source, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise MalformedRequestError(400) from None


def _json(body: bytes) -> list[tuple[str, str]]:
    try:
        value: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise MalformedRequestError(400) from None
    if not isinstance(value, dict):
        raise MalformedRequestError(400)
    return [(name, item if isinstance(item, str) else orjson.dumps(item).decode()) for name, item in value.items()]


def _read_multipart(content_type: str, body: bytes, texts: dict[str, str], files: dict[str, Upload]) -> None:
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise MalformedRequestError(400)
    total = 0
    for head, data in _parts(body, b"--" + boundary[1].encode()):
        name = _NAME.search(head)
        file_name = _FILE_NAME.search(head)
        if name is None:
            raise MalformedRequestError(400)
        if file_name is not None:
            if len(data) > MAX_UPLOAD:
                raise UploadTooBigError
            files.setdefault(_unquoted(name[1]), Upload(_base_name(_unquoted(file_name[1])), data))
            continue
        total += len(data)
        if total > MAX_TEXTS:
            raise MalformedRequestError(413)
        texts.setdefault(_unquoted(name[1]), _decoded(data))


def _parts(body: bytes, delimiter: bytes) -> Iterator[tuple[str, bytes]]:
    at = body.find(delimiter)
    while at >= 0:
        at += len(delimiter)
        if body[at : at + 2] == b"--":
            return
        start = body.find(b"\r\n\r\n", at)
        end = body.find(b"\r\n" + delimiter, max(start, at))
        if start < 0 or end < start:
            break
        yield _decoded(body[at:start]), body[start + 4 : end]
        at = end + 2
    raise MalformedRequestError(400)


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value.strip()


def _base_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]
