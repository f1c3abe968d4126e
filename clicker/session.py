"""How the bot speaks to the Bot API server: aiogram's session, and methods that cost it little.

aiogram's own methods carry dozens of parameters and turn each answer into models, nested as deep as the answer is. A
bot that sends hundreds of texts a second and reads nothing of what comes back spends most of its time on that.
"""

from typing import Any, TypeVar

import orjson
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import BytesPayload, FormData, Payload

from clicker.settings import Settings

Result = TypeVar("Result")

CALL_TIME = 15
"""Seconds that an ordinary call to Telegram may take."""


class PlainMethod(TelegramMethod[Result]):
    """A method without files: its parameters travel as one JSON object (Bot API, Making requests)."""


class JsonBody(FormData):
    """A request's body that is JSON already."""

    def __init__(self, content: bytes) -> None:  # without the fields of a form, whose boundary is drawn by lot
        self._content = content

    def __call__(self) -> Payload:
        """What aiohttp sends."""
        return BytesPayload(self._content, content_type="application/json")


class Session(AiohttpSession):
    """aiogram's session with a short way for plain methods; errors are told as always."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # pydantic forgets such a type when nobody holds it, and building one that has a Message in it takes 0.1 s.
        self._shapes: set[type[Response[Any]]] = set()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Read the answer to a call; raises what aiogram raises."""
        self._shapes.add(Response[method.__returning__])  # type: ignore[name-defined]
        return super().check_response(bot, method, status_code, content)

    def build_form_data(self, bot: Bot, method: TelegramMethod[TelegramType]) -> FormData:
        """The body of a call."""
        if isinstance(method, PlainMethod):
            return JsonBody(method.model_dump_json(exclude_none=True).encode())
        return super().build_form_data(bot, method)


def new_bot(settings: Settings) -> Bot:
    """A bot that speaks to the Bot API server of the settings."""
    session = Session(
        api=TelegramAPIServer.from_base(str(settings.bot_api_url).rstrip("/")),
        json_loads=orjson.loads,
        json_dumps=lambda value: orjson.dumps(value).decode(),
        timeout=CALL_TIME,
    )
    return Bot(settings.token, session)
