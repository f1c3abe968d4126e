"""One request to a webhook: an update there, the answer back, and what may befall them on the way.

Source: tdlib/telegram-bot-api, WebhookActor.cpp, send_update, handle; tdlib/td, HttpReader.cpp, do_read_next,
HttpConnectionBase.cpp, timeout_expired.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from emulator.http.answers import injected
from emulator.http.reading import MalformedRequestError, read_body
from emulator.state.connections import IDLE
from emulator.state.errors import BotApiError
from emulator.state.network import CutError

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.address import Address
    from emulator.state.faults import Fault
    from emulator.state.hook import Hook
    from emulator.state.world import World

RESET = "Connection reset by peer"
SILENCE = "Read timeout expired"
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_FOREVER = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


@dataclass(frozen=True)
class Answer:
    """What came back. status 0: nothing did; error is "" if the connection was closed without a word.

    call: the parameters that a 2xx brought; keep: whether its connection can be used again.
    """

    status: int = 0
    error: str = ""
    retry_after: int = 0
    keep: bool = False
    call: Parameters | None = None

    @property
    def is_good(self) -> bool:
        """Whether the update is done with."""
        return 200 <= self.status <= 299


class Posting:
    """Requests to one webhook, on connections that are kept."""

    def __init__(self, world: World, hook: Hook, address: Address, ip: str) -> None:
        self._world = world
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_FOREVER,
            skip_auto_headers=["User-Agent", "Accept"],
        )
        self._headers = _headers(hook, address)
        host = f"[{ip}]" if ":" in ip else ip
        self._url = f"{address.scheme}://{host}:{address.port}{address.path}"
        self._secure: dict[str, Any] = {}
        if address.scheme == "https":
            context = ssl.create_default_context(cadata=hook.certificate.decode() or None)
            self._secure = {"ssl": context, "server_hostname": address.host.strip("[]")}

    async def post(self, update: bytes, chat: int) -> Answer:
        """Post an update and wait for the answer, at most 60 s of the Telegram's clock."""
        if self._world.cut:
            return Answer(error=RESET)
        request = asyncio.ensure_future(self._through(update, self._world.faults.take("webhook", [str(chat)])))
        alarm = self._world.clock.alarm(IDLE)
        both: set[asyncio.Future[Any]] = {request, alarm}
        try:
            await self._world.network.wait(asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED))
            return request.result() if request.done() else Answer(error=SILENCE)
        except CutError:
            return Answer(error=RESET)
        finally:
            request.cancel()
            alarm.cancel()

    async def close(self) -> None:
        """Close the connections, those on which an answer is awaited as well."""
        await self._session.close()

    async def _through(self, update: bytes, faults: list[Fault]) -> Answer:
        """Past the faults, which strike here as they do on the way to Telegram, to the webhook and back."""
        urls = [self._url]
        for fault in faults:
            if fault.kind == "latency":
                await self._world.clock.sleep(float(fault.value or 0))
            elif fault.kind == "reset_before":
                return Answer(error=RESET)
            elif fault.kind == "no_answer":
                await _never()
            elif fault.kind == "twice":
                urls = list(fault.value) if fault.value else [self._url] * 2
            elif (instead := _by_proxy(fault)) is not None:
                return instead
        answers = await asyncio.gather(*(self._exchange(url, update) for url in urls))
        kinds = {fault.kind for fault in faults}
        if "timeout_after" in kinds:
            await _never()
        return Answer(error=RESET) if "reset_after" in kinds else answers[0]

    async def _exchange(self, url: str, update: bytes) -> Answer:
        try:
            async with self._session.post(
                url, data=update, headers=self._headers, allow_redirects=False, **self._secure
            ) as response:
                return await _read(response)
        except aiohttp.ClientSSLError as error:
            return Answer(error=f"SSL error {{{error}}}")
        except aiohttp.ClientOSError as error:
            return Answer(error=os.strerror(error.errno) if error.errno else RESET)
        except aiohttp.ClientError:
            return Answer()


async def _read(response: aiohttp.ClientResponse) -> Answer:
    """What an answer says. A body without a length is none; JSON that is none is no reason to send again."""
    version = response.version or aiohttp.HttpVersion10
    keep = version >= aiohttp.HttpVersion11 and response.headers.get("Connection", "").lower() != "close"
    if not 200 <= response.status <= 299:
        told = response.headers.get("Retry-After", "")
        error = f"Wrong response from the webhook: {response.status} {response.reason or ''}"
        return Answer(response.status, error, int(told) if _NUMBER.match(told) else 0, keep)
    has_body = bool(response.content_length) or "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    kind = response.headers.get("Content-Type", "")
    body = await response.read() if has_body else b""
    try:
        return Answer(response.status, "", 0, keep, read_body(kind, body))
    except MalformedRequestError as error:
        if error.status == 413 or kind.lower().startswith("multipart/"):
            return Answer(error="Bad Request" if error.status == 400 else "Request Entity Too Large")
        return Answer(response.status, "", 0, keep)


def _headers(hook: Hook, address: Address) -> dict[str, str]:
    headers = {
        "Host": address.authority,
        "Content-Type": "application/json",
        "Connection": "keep-alive",
        "Accept-Encoding": "gzip, deflate",
    }
    if address.userinfo:
        headers["Authorization"] = f"Basic {base64.b64encode(address.userinfo.encode()).decode()}"
    if hook.secret_token:
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret_token
    return headers


def _by_proxy(fault: Fault) -> Answer | None:
    """What a proxy answers in the bot's place, which learns nothing of it; None if the fault is another one."""
    error = BotApiError(502, "") if fault.kind == "502" else injected(fault)
    if error is None:
        return None
    wrong = f"Wrong response from the webhook: {error.code} {HTTPStatus(error.code).phrase}"
    return Answer(error.code, wrong, error.retry_after or 0, keep=True)


async def _never() -> None:
    """Wait until it is given up."""
    await asyncio.get_running_loop().create_future()
