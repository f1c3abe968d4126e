"""What people can do and see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from emulator.state.changes import WaitError
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

INLINE = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}, {"text": "Link", "url": "https://x.y"}]]}


async def test_a_button_is_tapped_only_if_it_is_shown(api: Api, anna: Person) -> None:
    """Otherwise NotShownError; a one-time keyboard goes away with the tap."""
    with pytest.raises(NotShownError, match="'Клик'"):
        anna.tap("Клик")
    for once in (False, True):
        markup = {"keyboard": [["Клик"]], "one_time_keyboard": once}
        await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)
        assert anna.tap("Клик")["text"] == "Клик"
        assert bool(anna.keyboard) is not once


async def test_inline_buttons(api: Api, anna: Person) -> None:
    """The newest with this text, or that of a message; a link makes no query."""
    first = await api.ok("sendMessage", chat_id=anna.id, text="1", reply_markup=INLINE)
    await api.ok("sendMessage", chat_id=anna.id, text="2", reply_markup=INLINE)
    anna.press("Go")
    anna.press("Go", first["message_id"])
    queries = [update["callback_query"] for update in (await api.updates())[1:]]
    assert [query["message"]["text"] for query in queries] == ["2", "1"]
    for text, number in (("Link", None), ("Go", 1), ("Go", 99)):
        with pytest.raises(NotShownError):
            anna.press(text, number)


async def test_files_and_photos(api: Api, anna: Person) -> None:
    """They come to the bot, which can read them."""
    anna.send_file("x.json", b"{}", caption="look")
    anna.photo(b"\xff\xd8\xff")
    anna.send_content(dice={"emoji": "🎲", "value": 3})
    file, photo, dice = [update["message"] for update in (await api.updates())[1:]]
    assert (file["document"]["file_name"], file["caption"]) == ("x.json", "look")
    assert (await api.download(photo["photo"][-1]["file_id"])).body == b"\xff\xd8\xff"
    assert dice["dice"]["value"] == 3


async def test_people_edit_and_delete(api: Api, anna: Person) -> None:
    """Own texts can be edited, everything deleted."""
    number = anna.send("x")["message_id"]
    assert anna.edit(number, "y")["text"] == "y"
    assert "edited_message" in (await api.updates())[-1]
    theirs = (await api.ok("sendMessage", chat_id=anna.id, text="bot"))["message_id"]
    for other in (theirs, anna.pin(number)["message_id"], anna.sticker(), anna.forward(anna.messages[0]), 99):
        with pytest.raises(NotShownError):
            anna.edit(other, "z")
    anna.delete(theirs)
    assert anna.answers == []
    with pytest.raises(NotShownError):
        anna.delete(theirs)
    anna.clear_history()
    assert (anna.messages, anna.pinned, anna.keyboard) == ([], None, [])


def test_people_pin(anna: Person) -> None:
    """Messages, but no service messages."""
    service = anna.pin(1)
    assert anna.pinned == anna.messages[0]
    with pytest.raises(NotShownError):
        anna.pin(service["message_id"])


async def test_blocking_is_told_to_the_bot(api: Api, anna: Person) -> None:
    """As my_chat_member, once; whoever writes again unblocks first."""
    anna.block()
    anna.block()
    anna.send("sorry")
    changes = [update["my_chat_member"] for update in (await api.updates())[1:3]]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
    assert [change["old_chat_member"]["status"] for change in changes] == ["member", "kicked"]


def test_descriptions(telegram: Telegram) -> None:
    """Names can be changed and removed; anything else is a mistake of the test."""
    anna = telegram.person(7, first_name="Anna", last_name="K", username="anna", language_code="en")
    assert anna.send("x")["from"]["last_name"] == "K"
    anna.rename("Аня")
    telegram.person(7, last_name="")
    message = anna.send("x")
    assert message["from"] == {"id": 7, "is_bot": False, "first_name": "Аня", "username": "anna", "language_code": "en"}
    assert message["chat"] == {"id": 7, "first_name": "Аня", "username": "anna", "type": "private"}
    assert repr(anna) == "Person(7, 'Аня')"
    with pytest.raises(TypeError, match="age"):
        anna.describe(age="7")


async def test_waiting_for_an_answer(api: Api, anna: Person) -> None:
    """The newest one after the last action, or after a number of them."""
    anna.send("x")
    answer = asyncio.create_task(anna.answer())
    await api.ok("sendMessage", chat_id=anna.id, text="1")
    assert await answer == "1"
    assert await anna.answer() == "1"
    answer = asyncio.create_task(anna.answer(after=2))
    await api.ok("sendMessage", chat_id=anna.id, text="2")
    await asyncio.sleep(0)
    assert not answer.done()
    await api.ok("sendMessage", chat_id=anna.id, text="3")
    assert await answer == "3"
    with pytest.raises(WaitError, match=r"waited 0.01 s in vain; the last answers are \['1', '2', '3'\]"):
        await anna.answer(after=3, timeout=0.01)
    with pytest.raises(WaitError, match=r"nothing came true within 0.01 s: .*lambda: False"):
        await api.telegram.wait(lambda: False, timeout=0.01)


async def test_groups(api: Api, telegram: Telegram, anna: Person) -> None:
    """Members write, the bot answers, until it is thrown out."""
    group = telegram.group(-5, "Чат", (anna,))
    assert group is telegram.group(-5)
    assert group.send(anna, "hello")["chat"]["title"] == "Чат"
    assert (await api.updates())[-1]["message"]["chat"]["type"] == "group"
    keyboard = {"keyboard": [["x"]]}
    sent = await api.ok("sendMessage", chat_id=-5, text="hi", reply_markup=keyboard)
    assert (await group.answer(), group.keyboard, len(group.messages)) == ("hi", [["x"]], 2)
    assert (await api.ok("getChat", chat_id=-5))["accepted_gift_types"]["unlimited_gifts"] is False
    await api.ok("deleteMessage", chat_id=-5, message_id=sent["message_id"])
    hers = group.messages[0]["message_id"]
    assert await api.no("deleteMessage", chat_id=-5, message_id=hers) == "message can't be deleted"
    old = await api.ok("sendMessage", chat_id=-5, text="old")
    telegram.clock.advance(48 * 3600 + 1)
    assert await api.no("deleteMessage", chat_id=-5, message_id=old["message_id"]) == "message can't be deleted"
    group.remove_bot()
    reply = await api("sendMessage", chat_id=-5, text="x")
    assert reply.error == (403, "Forbidden: bot was kicked from the group chat")
    with pytest.raises(LookupError, match=r"is no member of the group -5"):
        group.send(telegram.person(7), "x")
    with pytest.raises(ValueError, match="negative"):
        telegram.group(5)
    assert repr(group) == "Group(-5, 'Чат')"


def test_bots_are_found_by_id(telegram: Telegram) -> None:
    """Their token is never shown."""
    other = telegram.add_bot("43:TEST")
    assert telegram.bot(43) is other
    assert telegram.bot().id == 42
    assert repr(other) == "Bot(43, 'local_bot')"
