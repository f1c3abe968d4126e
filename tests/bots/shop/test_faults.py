"""What all that comes from people passes: a fault of ours is told by a code alone, groups hear nothing."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Chat, Message, User

from bots.shop import texts
from bots.shop.meters import Meters
from bots.shop.presence import Presence

if TYPE_CHECKING:
    import pytest

    from runtime.languages import Phrase


async def test_a_fault_is_told_by_a_code_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    """Eight hexadecimal digits; the exception's own words go to nobody."""
    told: list[Phrase] = []
    is_open, meters = asyncio.Event(), Meters()
    is_open.set()
    shop = SimpleNamespace(
        heard=lambda *_: None, is_open=is_open, tell=lambda _, phrase: told.append(phrase), meters=meters
    )

    async def failing(_: object, __: dict[str, Any]) -> None:
        raise RuntimeError("<b>something</b> of ours")

    data = {"shop": shop, "event_from_user": User(id=7, is_bot=False, first_name="X")}
    await Presence()(failing, Message(message_id=1, chat=Chat(id=7, type="private"), date=datetime.now(UTC)), data)
    (phrase,) = told
    assert (phrase.text, meters.faults) == (texts.FAULT, 1)
    assert re.fullmatch("[0-9a-f]{8}", str(phrase.values["code"]))
    assert str(phrase.values["code"]) in caplog.text


async def test_a_press_in_a_group_is_answered_and_no_more() -> None:
    """No message there is the shop's, and their numbers are those of others in a private chat."""
    asked: list[AnswerCallbackQuery] = []

    async def bot(method: AnswerCallbackQuery) -> None:
        asked.append(method)

    is_open = asyncio.Event()
    is_open.set()
    shop = SimpleNamespace(heard=lambda *_: None, is_open=is_open, bot=bot)
    user, chat = User(id=7, is_bot=False, first_name="X"), Chat(id=-100, type="supergroup")
    message = Message(message_id=1, chat=chat, date=datetime.now(UTC))
    query = CallbackQuery(id="5", from_user=user, chat_instance="1", message=message, data="menu")
    taken: list[object] = []

    async def taking(event: object, _: dict[str, Any]) -> None:
        taken.append(event)

    await Presence()(taking, query, {"shop": shop, "event_from_user": user})
    assert [(one.callback_query_id, one.text) for one in asked] == [("5", None)]
    assert taken == []
