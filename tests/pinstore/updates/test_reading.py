"""Updates that are newer, or older, than the models: the part that is unknown is left out, the rest counts."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from aiogram import Bot

from pinstore.updates.reading import read
from tests.stories.launcher import TOKEN

CHAT = {"id": 1001, "type": "private"}
ANNA = {"id": 1001, "is_bot": False, "first_name": "Анна"}
MESSAGE = {"message_id": 5, "date": 1_800_000_000, "chat": CHAT, "from": ANNA}

ODD_PARTS: dict[str, dict[str, Any]] = {
    "a forward of somebody hidden who has no name (aiogram/aiogram #1840)": {
        "forward_origin": {"type": "hidden_user", "date": 1_400_000_000}
    },
    "a forward from nobody knows what": {
        "forward_origin": {"type": "planet", "date": 1, "sender_user": {**ANNA, "id": 7}},
    },
    "a reply to a poll without what is new in polls": {
        "reply_to_message": {**MESSAGE, "poll": {"id": "1", "question": "?", "options": []}}
    },
    "a reply to another chat's unknown thing": {"external_reply": {"origin": {"type": "planet", "date": 1}}},
    "an entity without its place": {"entities": [{"type": "bold"}, {"type": "bold", "offset": 0, "length": 2}]},
    "a sender's business bot without a name": {"sender_business_bot": {"id": 9}},
    "three at once": {
        "forward_origin": {"type": "planet"},
        "quote": {},
        "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]},
    },
}


@pytest.mark.parametrize("part", ODD_PARTS.values(), ids=ODD_PARTS)
def test_a_part_that_is_unknown_costs_that_part_alone(part: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """What somebody has written counts; the log says what is missing, and nothing of what was written."""
    update = {"update_id": 17, "message": {**MESSAGE, "text": "350", **part}}
    before = str(update)
    found = read(update, Bot(TOKEN))
    assert found is not None
    assert found.message is not None
    assert (found.update_id, found.message.text, found.message.chat.id) == (17, "350", 1001)
    assert found.message.from_user is not None
    assert found.message.forward_origin is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Update 17 is read without" in caplog.text
    assert "350" not in caplog.text
    assert str(update) == before


def test_an_entity_that_is_unknown_leaves_the_others() -> None:
    """Each of a list is a part."""
    entities = [{"type": "bold"}, {"type": "url", "offset": 0, "length": 2}]
    found = read({"update_id": 17, "message": {**MESSAGE, "text": "t.me", "entities": entities}}, Bot(TOKEN))
    assert found is not None
    assert found.message is not None
    assert [entity.type for entity in found.message.entities or []] == ["url"]


@pytest.mark.parametrize(
    "update",
    [
        {"message": {"message_id": "one", "date": "now"}},
        {"message": []},
        {"message": {**MESSAGE, "chat": {"id": "x", "type": "private"}}},
        {"callback_query": 5},
        {"poll": {"id": "1"}},
        {"message": {**MESSAGE, "entities": [{}] * 100}},
    ],
    ids=["no message", "a list", "a chat without a number", "a number", "a poll that lacks much", "a hundred parts"],
)
def test_what_says_nothing_is_dropped(update: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """It would come again and again; the log tells what is wrong with it."""
    assert read({"update_id": 17, **update}, Bot(TOKEN)) is None
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "Update 17 cannot be read and is dropped" in caplog.text


@pytest.mark.parametrize("update", [{"hologram": {"depth": 1}}, {"message": None}, {}])
def test_a_kind_from_the_future_is_no_fault(update: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """Nobody could handle it, and nothing is wrong with it."""
    assert read({"update_id": 17, **update}, Bot(TOKEN)) is None
    assert not caplog.records
