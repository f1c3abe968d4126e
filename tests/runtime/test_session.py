"""The session: what it sends, what it leaves out of an answer, and that failures are told as by aiogram's."""

from __future__ import annotations

import gc
import weakref
from email import message_from_bytes
from email.policy import HTTP
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

import orjson
import pytest
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageMedia, GetMyCommands, Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, InputMediaDocument
from aiohttp import ClientResponseError
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bots.clicker import texts
from pinstore import Download, retry
from pinstore.updates.polling import Ask
from runtime.http.connection import Answered
from runtime.http.form import File, Form, with_files
from runtime.outbox.answer import Say
from runtime.session import new_bot
from runtime.settings import Settings
from runtime.way import WayError
from tests.runtime.http.scripted import said, scripted
from tests.stories.launcher import TOKEN

if TYPE_CHECKING:
    from runtime.session import Session

SAY = Say(chat_id=1, text="Кликов: 1 🏆")
ASK = Ask(offset=0, timeout=0)


@pytest.fixture
def client() -> Bot:
    """A bot that makes no call."""
    return new_bot(Settings(bot_token=SecretStr(TOKEN)))


class Said:
    """A client that is told this whatever it sends, and keeps that."""

    def __init__(self, status: int, content: str) -> None:
        self.answer = Answered(status, content.encode())
        self.form = Form("", ())

    async def post(self, _: str, form: Form, __: float) -> Answered:
        """Send a form."""
        self.form = form
        return self.answer

    async def get(self, *_: object) -> Answered:
        """What is at an address."""
        return self.answer

    async def close(self) -> None:
        """It has no connections."""


async def answered(client: Bot, method: Any, status: int, content: str) -> Any:
    """What the caller of `method` gets."""
    cast("Session", client.session).client = Said(status, content)
    return await client(method)


async def sent(client: Bot, method: TelegramMethod[Any]) -> dict[str, str | tuple[str, bytes]]:
    """The form that goes out: texts, and names and contents of files."""
    cast("Session", client.session).client = said = Said(400, '{"ok": false, "description": "no"}')
    with pytest.raises(TelegramBadRequest):
        await client(method)
    return read(said.form)


def read(form: Form) -> dict[str, str | tuple[str, bytes]]:
    """A form as another program reads it."""
    content = b"".join(form.pieces)
    if form.media_type == "application/x-www-form-urlencoded":
        return dict(parse_qsl(content.decode(), keep_blank_values=True, strict_parsing=True))
    raw = f"MIME-Version: 1.0\r\nContent-Type: {form.media_type}\r\n\r\n".encode() + content
    found: dict[str, str | tuple[str, bytes]] = {}
    for part in message_from_bytes(raw, policy=HTTP).iter_parts():
        name, file = part.get_param("name", header="Content-Disposition"), part.get_filename()
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        found[str(name)] = value.decode() if file is None else (file, value)
    return found


async def test_only_what_is_meant_is_sent(client: Bot) -> None:
    """No null, texts as they are, all else as JSON."""
    assert await sent(client, SAY) == {"chat_id": "1", "text": "Кликов: 1 🏆"}
    assert await sent(client, ASK) == {"offset": "0", "timeout": "0"}
    markup = (await sent(client, Say(chat_id=1, text="x", reply_markup=texts.SIGN_UP)))["reply_markup"]
    assert orjson.loads(str(markup)) == {
        "keyboard": [[{"text": "/start"}]],
        "resize_keyboard": True,
        "is_persistent": True,
    }


async def test_methods_of_aiograms_are_sent_as_by_aiogram(client: Bot) -> None:
    """With its defaults and its names of files, and only as a form of parts if there is one."""
    assert await sent(client, SendMessage(chat_id=1, text="a & b", disable_notification=True)) == {
        "chat_id": "1",
        "text": "a & b",
        "disable_notification": "true",
    }
    media = InputMediaDocument(media=BufferedInputFile(b"--x\r\n\0", 'a "b".json'), caption="Ж")
    form = await sent(client, EditMessageMedia(chat_id=1, message_id=2, media=media))
    (name,) = form.keys() - {"chat_id", "message_id", "media"}
    assert orjson.loads(str(form["media"])) == {"type": "document", "media": f"attach://{name}", "caption": "Ж"}
    assert form[name] == ("a %22b%22.json", b"--x\r\n\0")


@settings(deadline=None)
@given(
    st.dictionaries(st.from_regex(r"\A[a-z_]+\Z"), st.text(st.characters(codec="utf-8"))),
    st.dictionaries(
        st.from_regex(r"\A[A-Z]+\Z"), st.tuples(st.text('aЖ ";\r\n=', min_size=1), st.lists(st.binary())), min_size=1
    ),
)
def test_any_form_is_read_as_it_was_meant(fields: dict[str, str], files: dict[str, tuple[str, list[bytes]]]) -> None:
    """Whatever is in it, with names of files as browsers write them."""
    form = with_files(fields, {name: File(*file) for name, file in files.items()})
    content = b"".join(form.pieces)
    boundary = b"--" + form.media_type.rpartition("=")[2].encode()
    first, *parts, last = content.split(boundary)
    assert (first, last) == (b"", b"--\r\n")
    heads, values = zip(*(part.split(b"\r\n\r\n", 1) for part in parts), strict=True)
    assert [value.removesuffix(b"\r\n") for value in values] == [
        *(value.encode() for value in fields.values()),
        *(b"".join(pieces) for _, pieces in files.values()),
    ]
    for head, (name, (file, _)) in zip(heads[len(fields) :], files.items(), strict=True):
        shown = file.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        expected = f'Content-Disposition: form-data; name="{name}"; filename="{shown}"'
        assert head.decode().split("\r\n")[1:] == [expected, "Content-Type: application/octet-stream"]


@pytest.mark.parametrize(("status", "words"), [(404, "status 404"), (502, "status 502"), (302, "status 302")])
async def test_a_download_that_is_refused(client: Bot, status: int, words: str) -> None:
    """It is tried again, and told in one clause."""
    with pytest.raises(WayError, match=words) as failure:
        await answered(client, Download(path="documents/file_1"), status, "<html>")
    assert isinstance(failure.value, retry.AMBIGUOUS)
    assert await answered(client, Download(path="documents/file_1"), 200, "content") == b"content"


async def test_a_plain_method_is_one_of_aiograms(client: Bot) -> None:
    """It belongs to no bot until it is given one, and can be awaited then."""
    say = Say(chat_id=1, text="x")
    assert say.bot is None
    with pytest.raises(RuntimeError, match="not mounted"):
        await say
    assert say.as_(client).bot is client
    assert Say(chat_id=1, text="x").bot is None


async def test_half_a_character_holds_up_nobody(client: Bot) -> None:
    """A text that was cut within an emoji is no reason not to read all that came with it."""
    content = r'{"ok": true, "result": [{"update_id": 1, "text": "\ud83d \ud83d\ude00 \u043a"}, {"update_id": 2}]}'
    assert await answered(client, ASK, 200, content) == [{"update_id": 1, "text": "? 😀 к"}, {"update_id": 2}]


class Seen(BaseRequestMiddleware):
    """Notes its name and how long the call may take."""

    def __init__(self, name: str, seen: list[str]) -> None:
        self.name = name
        self.seen = seen

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Pass it on."""
        self.seen.append(self.name)
        return await make_request(bot, method)


async def test_middlewares_come_and_go(client: Bot) -> None:
    """The first is the outermost; whoever is left out sees nothing more, and each call keeps the time it may take."""
    session, seen, seconds = cast("Session", client.session), list[str](), list[int | None]()
    ask = session.make_request

    async def asked(bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        seconds.append(timeout)
        return await ask(bot, method, timeout)

    session.client = Said(200, '{"ok":true,"result":true}')
    session.make_request = asked  # type: ignore[method-assign]
    first, second = Seen("first", seen), Seen("second", seen)
    session.middleware(first)
    await client(SAY)
    session.middleware(second)
    await client(SAY, 5)
    await client(SAY, 5)
    session.middleware.unregister(first)
    await client(SAY)
    assert seen == ["first", *["first", "second"] * 2, "second"]
    assert seconds == [None, 5, 5, None]


async def test_what_comes_back_for_an_answer_is_not_looked_at(client: Bot) -> None:
    """A message, or anything else: the text was sent, and whoever watches calls sees it as it came."""
    results: list[Any] = [{"message_id": 1}, True, [], {"message_id": "x", "chat": None}]
    for result in results:
        said = orjson.dumps({"ok": True, "result": result}).decode()
        assert (await answered(client, SAY, 200, said)).read() == result
        assert await answered(client, SAY, 200, f" {said}") == result  # as no server of Telegram's begins it
    assert (await answered(client, SAY, 200, '{"ok":true,"result":')).read() is None


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (502, "<html>502 Bad Gateway</html>", ClientDecodeError),
        (200, "", ClientDecodeError),
        (200, '["ok"]', ClientDecodeError),
        (200, '{"ok": true, "res', ClientDecodeError),
        (500, '{"ok": false, "error_code": 500, "description": "Internal Server Error"}', TelegramServerError),
        (403, '{"ok": false, "description": "Forbidden: bot was blocked by the user"}', TelegramForbiddenError),
        (429, '{"ok": false, "description": "x", "parameters": {"retry_after": 7}}', TelegramRetryAfter),
        (429, '{"ok": false, "description": "Too Many Requests"}', TelegramRetryAfter),
        (429, '{"ok": false, "description": "x", "parameters": {"retry_after": 0}}', TelegramRetryAfter),
        (200, '{"ok": false, "description": "no"}', TelegramAPIError),
    ],
)
async def test_failures_are_aiograms_own(client: Bot, status: int, content: str, error: type[Exception]) -> None:
    """A plain method fails as the one of aiogram that it stands for."""
    for method in (SAY, ASK, SendMessage(chat_id=1, text="x")):
        with pytest.raises(error) as failure:
            await answered(client, method, status, content)
        assert failure.type is error
        assert not isinstance(failure.value, TelegramRetryAfter) or failure.value.retry_after > 0


def test_types_of_answers_are_kept(client: Bot) -> None:
    """They are built once: after a garbage collection the type of the last answer is still there."""
    content = '{"ok": true, "result": [{"command": "drill", "description": "x"}]}'
    kept = weakref.ref(type(client.session.check_response(client, GetMyCommands(), 200, content)))
    gc.collect()
    assert kept() is not None


async def test_a_file_from_anywhere(client: Bot) -> None:
    """As aiogram's `URLInputFile` and `download_file` ask for it: from any server, with the errors of aiohttp."""
    async with scripted([said(b"content")], [said(b"no", status=404)]) as server:
        assert [chunk async for chunk in client.session.stream_content(f"{server.url}/x")] == [b"content"]
        with pytest.raises(ClientResponseError):
            [chunk async for chunk in client.session.stream_content(f"{server.url}/x")]
