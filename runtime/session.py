"""How the bot speaks to the Bot API server: aiogram's session, and methods that cost it little.

aiogram's own methods carry dozens of parameters and turn each answer into models, nested as deep as the answer is. A
bot that sends hundreds of texts a second and reads nothing of what comes back spends most of its time on that.
"""

import json
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import BytesPayload, ClientError, ClientSession, ClientTimeout, FormData, Payload, TCPConnector
from httptools import HttpParserError
from pydantic import ValidationError

from pinstore import CALL_TIME, Download, PlainMethod
from runtime.http.form import MEDIA_TYPE, encoded
from runtime.http.pool import Pool
from runtime.proxy import Proxy
from runtime.settings import Settings
from runtime.way import ProxyError, WayError, lost, not_telegrams

CHUNK = 1 << 16
"""Bytes of a download that are taken at once, which leaves time to the event loop."""

UNREAD = (object, Any)
"""What is returned as it has come: nobody looks at it but who watches calls, such as `runtime.broadcast.witness`."""

UNTOLD_WAIT = 3
"""Seconds to wait after a 429 that does not tell."""


class Body(FormData):
    """A form that is encoded already."""

    def __init__(self, fields: Mapping[str, object]) -> None:  # without a boundary drawn by lot
        self._content = encoded(fields)

    def __call__(self) -> Payload:
        """What aiohttp sends."""
        return BytesPayload(self._content, content_type=MEDIA_TYPE)


class Session(AiohttpSession):
    """aiogram's session with a short way for plain methods; errors are told as always."""

    takes_downloads = True
    """Whoever watches calls sees downloads as well, see `pinstore.chat.files`."""

    def __init__(self, way: Proxy | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.way = way
        """The proxy that all of it goes through."""
        # pydantic forgets such a type when nobody holds it, and building one that has a Message in it takes 0.1 s.
        self._shapes: set[type[Response[Any]]] = set()
        self.answers: Counter[tuple[str, int]] = Counter()
        """How often Telegram has answered, by method and status."""
        self._pool: Pool | None = None

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read the answer to a call; raises what aiogram raises."""
        self.answers[method.__api_method__, status_code] += 1
        if method.__returning__ in UNREAD and status_code == HTTPStatus.OK and (yes := _yes(content)):
            return cast("Response[TelegramType]", Response[object].model_construct(**yes))
        self._shapes.add(Response[method.__returning__])  # type: ignore[name-defined]
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if self.way is None or isinstance(error.original, ValidationError):
                raise
            raise not_telegrams(self.way, method, status_code) from None
        except TelegramAPIError as error:
            if status_code == HTTPStatus.TOO_MANY_REQUESTS and not isinstance(error, TelegramRetryAfter):
                # Telegram tells how long to wait; what stands before it may not.
                raise TelegramRetryAfter(method, error.message, UNTOLD_WAIT) from None
            raise

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData:
        """The body of a call."""
        if isinstance(method, PlainMethod):
            return Body(method.model_dump(mode="json", exclude_none=True))
        return super().build_form_data(bot, method)

    async def create_session(self) -> ClientSession:
        """As aiogram's, through the proxy if there is one."""
        if self.way is None:
            return await super().create_session()
        if self._session is None or self._session.closed:
            self._session = ClientSession(connector=TCPConnector(**self._connector_init), proxy=self.way.url)
        return self._session

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Call, or download. Raises what aiogram raises."""
        try:
            if isinstance(method, Download):
                return cast("TelegramType", await self._download(bot, method, timeout))
            if isinstance(method, PlainMethod) and self._has_short_way:
                return await self._short(bot, method, timeout)
            return await super().make_request(bot, method, timeout)
        except TelegramNetworkError as error:
            if self.way is None or isinstance(error, ProxyError):
                raise
            raise lost(self.way, method, error.message, error.__cause__) from error.__cause__

    async def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            self._pool.close()
        await super().close()

    @property
    def _has_short_way(self) -> bool:
        """Whether nothing but a server is spoken to: no proxy, and nobody who wants a name and a password."""
        return self.way is None and "@" not in self.api.base

    async def _short(self, bot: Bot, method: TelegramMethod[TelegramType], seconds: float | None) -> TelegramType:
        """Call a plain method over a connection of our own. Raises what aiogram raises."""
        url = self.api.api_url(bot.token, method.__api_method__)
        if self._pool is None:
            self._pool = Pool(url, self._connector_init["ssl"])
        form = encoded(method.model_dump(mode="json", exclude_none=True))
        try:
            status, content = await self._pool.post(url, form, self.timeout if seconds is None else seconds)
        except TimeoutError as error:
            raise TelegramNetworkError(method, "Request timeout error") from error
        except (OSError, HttpParserError) as error:
            raise TelegramNetworkError(method, f"{type(error).__name__}: {error}") from error
        if method.__returning__ in UNREAD and status == HTTPStatus.OK and (yes := _yes(content)):
            self.answers[method.__api_method__, status] += 1
            return cast("TelegramType", yes["result"])
        response = self.check_response(bot, method, status, content.decode(errors="replace"))
        return cast("TelegramType", response.result)

    async def _download(self, bot: Bot, method: Download, seconds: int | None) -> bytes:
        """A file; one of which nothing comes for as long as a call may take is given up."""
        content, limits = BytesIO(), ClientTimeout(total=seconds, sock_read=CALL_TIME)
        url = self.api.file_url(bot.token, method.path)
        try:
            session = await self.create_session()
            async with session.get(url, timeout=limits, raise_for_status=True) as answer:
                async for chunk in answer.content.iter_chunked(CHUNK):
                    content.write(chunk)
        except TimeoutError as error:
            raise WayError(method, "the download took too long") from error
        except ClientError as error:
            raise WayError(method, str(error)) from error
        return content.getvalue()


def _yes(content: str | bytes) -> dict[str, Any] | None:
    """An answer that says yes, with its result as it came; None for any other."""
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    is_yes = isinstance(said, dict) and said.get("ok") is True
    return {"ok": True, "result": said.get("result")} if is_yes else None


def loads(content: str | bytes) -> Any:
    """Any JSON; half a character, which a text that was cut has at its end, becomes a question mark."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        text = json.dumps(json.loads(content), ensure_ascii=False)
        return orjson.loads(text.encode(errors="replace"))


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
