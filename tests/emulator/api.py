"""A bare client of the Bot API: what is sent is what the test wrote."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import orjson

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from emulator.state.telegram import Telegram

TOKEN = "42:TEST"
Json = dict[str, Any]
T = TypeVar("T")


class Reply:
    """One HTTP answer, read to its end."""

    def __init__(self, status: int, body: bytes, headers: Any) -> None:
        self.status = status
        self.body = body
        self.headers = headers

    @property
    def json(self) -> Json:
        """The body as JSON."""
        value: Json = orjson.loads(self.body)
        return value

    @property
    def result(self) -> Any:
        """The result of a call that went well."""
        assert self.status == 200, self.body
        assert self.json["ok"] is True
        return self.json["result"]

    @property
    def error(self) -> tuple[int, str]:
        """Code and description of a refused call."""
        assert self.json["ok"] is False
        assert self.json["error_code"] == self.status
        return self.status, self.json["description"]

    @property
    def refusal(self) -> str:
        """The description of a 400, its prefix left out."""
        code, description = self.error
        assert code == 400
        assert description.startswith("Bad Request: ")
        return description.removeprefix("Bad Request: ")


class Api:
    """Calls methods of one bot."""

    def __init__(self, url: str, session: aiohttp.ClientSession, telegram: Telegram) -> None:
        self.url = url
        self.session = session
        self.telegram = telegram

    async def request(self, path: str, verb: str = "POST", **options: Any) -> Reply:
        """Any request at all."""
        async with self.session.request(verb, self.url + path, **options) as response:
            return Reply(response.status, await response.read(), response.headers)

    async def __call__(self, method: str, files: dict[str, tuple[str, bytes]] | None = None, **given: Any) -> Reply:
        """Call a method: texts as they are, everything else as JSON; with files as multipart."""
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=files is not None)
        for name, value in given.items():
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
        for name, (file_name, data) in (files or {}).items():
            form.add_field(name, io.BytesIO(data), filename=file_name)
        return await self.request(f"/bot{TOKEN}/{method}", data=form)

    async def ok(self, method: str, **given: Any) -> Any:
        """The result of a call that goes well."""
        return (await self(method, **given)).result

    async def no(self, method: str, **given: Any) -> str:
        """The refusal of a call."""
        return (await self(method, **given)).refusal

    async def document(self, data: bytes = b"{}", name: str = "x.json", **given: Any) -> Json:
        """A document that was sent to Anna, or with `message_id` put into that message."""
        files = {"file": (name, data)}
        if "message_id" in given:
            media = {"type": "document", "media": "attach://file", **given.pop("media", {})}
            message: Json = (await self("editMessageMedia", files, chat_id=1001, media=media, **given)).result
        else:
            message = (await self("sendDocument", files, chat_id=1001, document="attach://file", **given)).result
        return message

    async def download(self, file_id: str) -> Reply:
        """GetFile and the file behind it."""
        file = await self.ok("getFile", file_id=file_id)
        return await self.request(f"/file/bot{TOKEN}/{file['file_path']}", "GET")

    async def updates(self, **given: Any) -> list[Json]:
        """getUpdates; the clock is moved first, so that the busy-loop rule stays out of the way."""
        self.telegram.clock.advance(3)
        found: list[Json] = await self.ok("getUpdates", **given)
        return found

    async def begun(self, method: str, **given: Any) -> asyncio.Task[Reply]:
        """A call that has reached the server and is not answered yet."""
        return await self.reached(method, self(method, **given))

    async def reached(self, method: str, call: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """The same for a call that is made in another way; method "download" is a file link."""
        before = self.telegram.count(method)
        task = asyncio.create_task(call)
        await self.telegram.wait(lambda: self.telegram.count(method) > before)
        return task

    async def polling(self, **given: Any) -> asyncio.Task[Reply]:
        """A getUpdates that waits."""
        task = await self.begun("getUpdates", **given)
        assert self.telegram.bot().poller.waiting
        return task
