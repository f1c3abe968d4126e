"""HTTP answers in the shapes of the Bot API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from emulator.methods.registry import Described
from emulator.state.errors import BotApiError

if TYPE_CHECKING:
    from emulator.state.faults import Fault

_JSON = {"Content-Type": "application/json"}
_HTML_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<h1>502 Bad Gateway</h1>\r\n</body></html>\r\n"
)


def succeeded(result: Any) -> web.Response:
    """{"ok": true, "result": ...}; bytes are JSON already."""
    if isinstance(result, Described):
        body = orjson.dumps({"ok": True, "result": result.result, "description": result.description})
    else:
        body = b'{"ok":true,"result":%b}' % (result if isinstance(result, bytes) else orjson.dumps(result))
    return web.Response(body=body, headers=_JSON)


def refused(error: BotApiError) -> web.Response:
    """{"ok": false, ...} with the status of the error; a 429 also has the header Retry-After."""
    content: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    headers = dict(_JSON)
    if error.retry_after is not None:
        content["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    if error.migrate_to_chat_id is not None:
        content["parameters"] = {"migrate_to_chat_id": error.migrate_to_chat_id}
    return web.Response(status=error.code, body=orjson.dumps(content), headers=headers)


def empty(status: int) -> web.Response:
    """Only a status line, and the connection is closed. Source: tdlib/td, HttpConnectionBase.cpp, loop."""
    response = web.Response(status=status)
    response.force_close()
    return response


def bad_gateway() -> web.Response:
    """The HTML of the front server."""
    return web.Response(status=502, body=_HTML_502, headers={"Content-Type": "text/html"})


def injected(fault: Fault) -> BotApiError | None:
    """The refusal a fault stands for, None if it does not stand for one."""
    if fault.kind == "429":
        seconds = int(fault.value or 1)
        return BotApiError(429, f"Too Many Requests: retry after {seconds}", seconds)
    if fault.kind == "500":
        return BotApiError(500, "Internal Server Error")
    if fault.kind == "error":
        code, description = fault.value
        return BotApiError(code, description)
    return None
