"""The receiver: takes updates by HTTP, hands each to a coroutine, and says 200 only when that is through.

Strangers are answered before anything they sent is looked at, and leave no trace but a counter. Telegram obeys
`Retry-After` without doubling its pause, whereas a bare 5xx costs the chat up to two minutes (tdlib/telegram-bot-api,
WebhookActor.cpp, on_update_error): so whatever goes wrong here is a 503 with that header.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from runtime.parsing import loads
from runtime.webhook.secret import is_same

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
RETRY = {"Retry-After": "2"}
BIGGEST = 1 << 20
"""Bytes of a request; an update has at most half of that (tdlib/td, TQueue.h, MAX_EVENT_LENGTH)."""

Update = dict[str, Any]
Handle = Callable[[Update], Awaitable[bytes | None]]
"""Does what an update asks for; may return a method of the Bot API as JSON, whose result nobody will learn."""


@dataclass(frozen=True)
class Times:
    """Seconds that a request may take: its body to come, and its work."""

    body: float = 10.0
    work: float = 20.0


class NotNowError(Exception):
    """Nothing can be taken yet, or any more."""


class Receiver:
    """Requests under one path; `refused` counts by status those that were no updates, `late` those given back."""

    def __init__(self, secret: str, handle: Handle, times: Times | None = None) -> None:
        self._secret = secret
        self._handle = handle
        self._times = times or Times()
        self.refused: Counter[int] = Counter()
        self.received = 0
        self.late = 0
        self._is_ending = False
        self._is_given_up = False
        self._giving_up: asyncio.Future[None] | None = None
        self._under_way: set[asyncio.Task[bytes | None]] = set()

    def application(self, path: str) -> web.Application:
        """What is to be served."""
        application = web.Application(client_max_size=BIGGEST)
        self.serve(application, path)
        return application

    def serve(self, application: web.Application, path: str) -> None:
        """Be there, whatever else is."""
        application.router.add_route("*", path, self.receive)

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one request."""
        if request.method != "POST":
            return self._refuse(405, {"Allow": "POST"})
        if not is_same(request.headers.get(SECRET_HEADER, ""), self._secret):
            return self._refuse(401)
        try:
            update = await self._read(request)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(413)
        except TimeoutError:
            return self._refuse(408)
        except ValueError:
            return self._refuse(400)
        self.received += 1
        return await self._work(update)

    async def _read(self, request: web.Request) -> Update:
        """The update. ValueError if it is none; what aiohttp or the clock say if it is too big or too slow."""
        if (request.content_length or 0) > BIGGEST:
            raise web.HTTPRequestEntityTooLarge(BIGGEST, request.content_length or 0)
        whole = request.content.is_eof()  # as nearly always: no clock has to be set for it
        update = loads(await (request.read() if whole else asyncio.wait_for(request.read(), self._times.body)))
        if not isinstance(update, dict) or type(update.get("update_id")) is not int:
            raise ValueError("not an update")
        return update

    async def _work(self, update: Update) -> web.Response:
        """200 if it is done; given back if that takes too long or fails: its id decides whether it has counted."""
        if self._giving_up is None:  # one for all requests: a task for each would cost as much as the rest of this
            self._giving_up = asyncio.get_running_loop().create_future()
            if self._is_given_up:
                self._giving_up.set_result(None)
        work = asyncio.ensure_future(self._handle(update))
        self._under_way.add(work)
        try:
            both: set[asyncio.Future[Any]] = {work, self._giving_up}
            await asyncio.wait(both, timeout=self._times.work, return_when=asyncio.FIRST_COMPLETED)
            response = self._answer(work)
        finally:
            self._under_way.discard(work)
            work.cancel()
        if self._is_ending:
            response.force_close()
        return response

    def _answer(self, work: "asyncio.Future[bytes | None]") -> web.Response:
        if not work.done():
            return self._give_back()
        try:
            answer = work.result()
        except (NotNowError, asyncio.CancelledError):
            return self._give_back()
        except Exception as error:  # noqa: BLE001 - whatever it is, Telegram has to hear when to come again
            log.warning("An update failed: %s; Telegram will bring it again.", type(error).__name__)
            return self._give_back()
        if answer is None:
            return web.Response()
        return web.Response(body=answer, content_type="application/json")

    def _give_back(self) -> web.Response:
        self.late += 1
        return web.Response(status=503, headers=RETRY)

    async def calm(self, seconds: float) -> None:
        """Wait until what is in is answered, for at most `seconds`; connections are not kept any more."""
        self._is_ending = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    def give_up(self) -> None:
        """Give back what is in still, and what comes."""
        self._is_given_up = True
        if self._giving_up is not None and not self._giving_up.done():
            self._giving_up.set_result(None)

    def _refuse(self, status: int, headers: dict[str, str] | None = None) -> web.Response:
        """A stranger's answer; the rest of what he sends is not read."""
        self.refused[status] += 1
        response = web.Response(status=status, headers=headers)
        response.force_close()
        return response
