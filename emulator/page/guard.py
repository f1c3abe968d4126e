"""Who may ask for what the page asks for: this machine's own page only; every refusal is one line of JSON."""

from __future__ import annotations

from functools import wraps
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from emulator.page.process import ProcessError
from emulator.state.errors import BotApiError
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class RefusedError(Exception):
    """The request is not carried out: HTTP status and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def guarded(handler: Handler, content: str = "application/json") -> Handler:
    """The handler for requests of this machine's own page only, with every refusal as one line of JSON."""

    @wraps(handler)
    async def answered(request: web.Request) -> web.StreamResponse:
        try:
            _check(request, content)
            return await handler(request)
        except RefusedError as error:
            return _refused(error.status, str(error))
        except (NotShownError, ProcessError) as error:
            return _refused(409, str(error))
        except BotApiError as error:
            return _refused(400, error.description)
        except KeyError as error:
            return _refused(400, f"{error.args[0]} is missing")
        except (ValueError, TypeError, OSError) as error:
            return _refused(400, str(error))

    return answered


def _check(request: web.Request, content: str) -> None:
    """Refuse strangers: other machines, names that DNS was made to point here, and other pages' forms and scripts."""
    if request.remote is None or not ip_address(request.remote).is_loopback:
        raise RefusedError(403, "only this machine is served")
    if urlsplit(f"//{request.host}").hostname not in LOCAL_NAMES:
        raise RefusedError(403, f"this is not {request.host}")
    if request.method != "POST":
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        raise RefusedError(403, f"a page of {origin} has no business here")
    if request.content_type != content:
        raise RefusedError(400, f"the body must be {content}")


async def read_body(request: web.Request) -> dict[str, Any]:
    """The JSON object that was posted; an empty body is an empty one. RefusedError for anything else."""
    try:
        body = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError:
        raise RefusedError(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "the body must be a JSON object")
    return body


def _refused(status: int, why: str) -> web.Response:
    return web.json_response({"error": " ".join(why.split())}, status=status)
