"""How the bot speaks to the Bot API server: aiogram's session, and methods that cost it little.

aiogram's own methods carry dozens of parameters and turn each answer into models, nested as deep as the answer is. A
bot that sends hundreds of texts a second and reads nothing of what comes back spends most of its time on that.
"""

import ssl
from collections import Counter
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, cast

import orjson
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from pydantic import ValidationError

from pinstore import CALL_TIME, Download, PlainMethod
from runtime.chain import Chain
from runtime.http.connection import Answered
from runtime.http.form import File, Form, plain, with_files
from runtime.http.pool import Pool
from runtime.parsing import YES, Unread, loads, yes
from runtime.proxy import Proxy
from runtime.settings import Settings
from runtime.way import WayError, lost, not_telegrams

if TYPE_CHECKING:
    from aiogram.types import InputFile

UNTOLD_WAIT = 3
"""Seconds to wait after a 429 that does not tell."""


class Client(Protocol):
    """Speaks to one server, see `runtime.http.pool.Pool`."""

    async def post(self, address: str, form: Form, seconds: float, /) -> Answered:
        """Send a form."""

    async def get(self, address: str, seconds: float, silence: float, /) -> Answered:
        """What is at an address."""

    async def close(self) -> None:
        """Close all connections."""


class Session(BaseSession):
    """aiogram's session with clients of its own; errors are told as by aiogram's."""

    takes_downloads = True
    """Whoever watches calls sees downloads as well, see `pinstore.chat.files`."""

    def __init__(self, proxy: Proxy | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.middleware = Chain()
        self.proxy = proxy
        """What all of it goes through."""
        self.client: Client | None = None
        """What speaks to Telegram, from the first call on."""
        # pydantic forgets such a type when nobody holds it, and building one that has a Message in it takes 0.1 s.
        self._shapes: set[type[Response[Any]]] = set()
        self.answers: Counter[tuple[str, int]] = Counter()
        """How often Telegram has answered, by method and status."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Call, or download. Raises what aiogram raises.

        A method that returns `object` gets its result `Unread`, and one that returns Any gets it as it has come.
        """
        client = self.client or self._begun()
        seconds = self.timeout if timeout is None else timeout
        if isinstance(method, Download):
            return cast("TelegramType", await self._download(client, bot, method, seconds))
        form = await self._form(bot, method)
        try:
            status, content = await client.post(self.api.api_url(bot.token, method.__api_method__), form, seconds)
        except OSError as error:
            raise lost(method, error) from error
        if method.__returning__ is object and status == HTTPStatus.OK and content.startswith(YES):
            self.answers[method.__api_method__, status] += 1
            return cast("TelegramType", Unread(content))
        if method.__returning__ is Any and status == HTTPStatus.OK and (said := yes(content)):
            self.answers[method.__api_method__, status] += 1
            return cast("TelegramType", said.get("result"))
        response = self.check_response(bot, method, status, content.decode(errors="replace"))
        return cast("TelegramType", response.result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read the answer to a call; raises what aiogram raises."""
        self.answers[method.__api_method__, status_code] += 1
        self._shapes.add(Response[method.__returning__])  # type: ignore[name-defined]
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if self.proxy is None or isinstance(error.original, ValidationError):
                raise
            raise not_telegrams(self.proxy, method, status_code) from None
        except TelegramAPIError as error:
            if status_code == HTTPStatus.TOO_MANY_REQUESTS and not isinstance(error, TelegramRetryAfter):
                # Telegram tells how long to wait; what stands before it may not.
                raise TelegramRetryAfter(method, error.message, UNTOLD_WAIT) from None
            raise

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,  # noqa: FBT002 - as its base has it
    ) -> AsyncGenerator[bytes, None]:
        """A file from anywhere, by aiohttp, whose errors it raises."""
        from aiohttp import ClientSession, ClientTimeout, TCPConnector  # noqa: PLC0415 - 11 MB, and our bots ask for none

        proxy = self.proxy.url if self.proxy else None
        async with (
            ClientSession(connector=TCPConnector(ssl=_trust()), proxy=proxy, timeout=ClientTimeout(timeout)) as session,
            session.get(url, headers=headers, raise_for_status=raise_for_status) as answer,
        ):
            async for chunk in answer.content.iter_chunked(chunk_size):
                yield chunk

    async def close(self) -> None:
        """Close all connections."""
        if self.client:
            await self.client.close()

    def _begun(self) -> Client:
        """The way to Telegram, now that it is needed."""
        if self.proxy is None:
            self.client = Pool(self.api.base, _trust)
        else:
            from runtime.by_proxy import ByProxy  # noqa: PLC0415 - 11 MB

            self.client = ByProxy(self.proxy, _trust())
        return self.client

    async def _form(self, bot: Bot, method: TelegramMethod[Any]) -> Form:
        """The body of a call."""
        if isinstance(method, PlainMethod):
            return plain(method.model_dump(mode="json", exclude_none=True))
        files: dict[str, InputFile] = {}
        given = method.model_dump(warnings=False).items()
        prepared = {name: self.prepare_value(value, bot=bot, files=files) for name, value in given}
        fields = {name: value for name, value in prepared.items() if value}
        if not files:
            return plain(fields)
        contents = {name: [chunk async for chunk in file.read(bot)] for name, file in files.items()}
        return with_files(fields, {name: File(files[name].filename or name, contents[name]) for name in files})

    async def _download(self, client: Client, bot: Bot, method: Download, seconds: float) -> bytes:
        """A file; one of which nothing comes for as long as a call may take is given up."""
        try:
            status, content = await client.get(self.api.file_url(bot.token, method.path), seconds, CALL_TIME)
        except OSError as error:
            raise lost(method, error) from error
        if status == HTTPStatus.OK:
            return content
        if self.proxy:
            raise not_telegrams(self.proxy, method, status)
        raise WayError(method, f"the server answered with status {status}")


def _trust() -> ssl.SSLContext:
    """Whom to trust, as aiogram's session does."""
    import certifi  # noqa: PLC0415 - a server without TLS is not to cost what it brings

    return ssl.create_default_context(cafile=certifi.where())


def new_bot(settings: Settings) -> Bot:
    """A bot that speaks to the Bot API server of the settings."""
    session = Session(
        settings.proxy,
        api=TelegramAPIServer.from_base(str(settings.bot_api_url).rstrip("/")),
        json_loads=loads,
        json_dumps=lambda value: orjson.dumps(value).decode(),
        timeout=CALL_TIME,
    )
    return Bot(settings.token, session)
