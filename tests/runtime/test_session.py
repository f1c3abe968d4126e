"""The session's short way: what is left out of a call, and that its failures are told as always."""

from __future__ import annotations

import gc
import weakref
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMyCommands, SendMessage
from pydantic import SecretStr

from bots.clicker import texts
from pinstore.chat.methods import PlainMethod
from pinstore.updates.polling import Ask
from runtime.outbox.answer import Say
from runtime.session import new_bot
from runtime.settings import Settings
from tests.stories.launcher import TOKEN

SAY = Say(chat_id=1, text="Кликов: 1 🏆")
ASK = Ask(offset=0, timeout=0)


@pytest.fixture
def client() -> Bot:
    """A bot that makes no call."""
    return new_bot(Settings(bot_token=SecretStr(TOKEN)))


def answered(client: Bot, method: Any, status: int, content: str) -> Any:
    """What the caller of `method` gets."""
    return client.session.check_response(client, method, status, content).result


def sent(client: Bot, method: PlainMethod[Any]) -> Any:
    """The form that goes out."""
    body = client.session.build_form_data(client, method)()  # type: ignore[attr-defined]
    assert body.content_type == "application/x-www-form-urlencoded"
    return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


def test_only_what_is_meant_is_sent(client: Bot) -> None:
    """No null, texts as they are, all else as JSON."""
    assert sent(client, SAY) == {"chat_id": "1", "text": "Кликов: 1 🏆"}
    assert sent(client, ASK) == {"offset": "0", "timeout": "0"}
    markup = sent(client, Say(chat_id=1, text="x", reply_markup=texts.SIGN_UP))["reply_markup"]
    assert orjson.loads(markup) == {"keyboard": [[{"text": "/start"}]], "resize_keyboard": True, "is_persistent": True}


async def test_a_plain_method_is_one_of_aiograms(client: Bot) -> None:
    """It belongs to no bot until it is given one, and can be awaited then."""
    say = Say(chat_id=1, text="x")
    assert say.bot is None
    with pytest.raises(RuntimeError, match="not mounted"):
        await say
    assert say.as_(client).bot is client
    assert Say(chat_id=1, text="x").bot is None


def test_half_a_character_holds_up_nobody(client: Bot) -> None:
    """A text that was cut within an emoji is no reason not to read all that came with it."""
    content = r'{"ok": true, "result": [{"update_id": 1, "text": "\ud83d \ud83d\ude00 \u043a"}, {"update_id": 2}]}'
    assert answered(client, ASK, 200, content) == [{"update_id": 1, "text": "? 😀 к"}, {"update_id": 2}]


def test_what_comes_back_for_an_answer_is_not_looked_at(client: Bot) -> None:
    """A message, or anything else: the text was sent, and whoever watches calls sees it as it came."""
    results: list[Any] = [{"message_id": 1}, True, [], {"message_id": "x", "chat": None}]
    for result in results:
        assert answered(client, SAY, 200, orjson.dumps({"ok": True, "result": result}).decode()) == result


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
def test_failures_are_aiograms_own(client: Bot, status: int, content: str, error: type[Exception]) -> None:
    """A plain method fails as the one of aiogram that it stands for."""
    for method in (SAY, ASK, SendMessage(chat_id=1, text="x")):
        with pytest.raises(error) as failure:
            answered(client, method, status, content)
        assert failure.type is error
        assert not isinstance(failure.value, TelegramRetryAfter) or failure.value.retry_after > 0


def test_types_of_answers_are_kept(client: Bot) -> None:
    """They are built once: after a garbage collection the type of the last answer is still there."""
    content = '{"ok": true, "result": [{"command": "drill", "description": "x"}]}'
    kept = weakref.ref(type(client.session.check_response(client, GetMyCommands(), 200, content)))
    gc.collect()
    assert kept() is not None
