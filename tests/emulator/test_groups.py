"""Groups: who may be seen to write there, what privacy mode lets through, and how a group becomes a supergroup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.groups import Group
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

SUPERGROUP = -1_001_234_567_890


@pytest.fixture
def group(telegram: Telegram, anna: Person) -> Group:
    """A basic group with one member."""
    return telegram.group(-5, "Чат", (anna,))


async def told(api: Api) -> list[Any]:
    """What has happened in groups."""
    events = [update.get("message") or update["my_chat_member"] for update in await api.updates()]
    return [event for event in events if event["chat"]["id"] < 0]


async def newest(api: Api) -> Any:
    """The newest of it."""
    return (await told(api))[-1]


async def test_a_button_of_a_group_answers_the_message_that_brought_it(api: Api, group: Group, anna: Person) -> None:
    """As clients send it, so that it comes through in privacy mode, too."""
    with pytest.raises(NotShownError, match="'x'"):
        group.tap(anna, "x")
    group.privacy = True
    sent = await api.ok("sendMessage", chat_id=-5, text="hi", reply_markup={"keyboard": [["x"]]})
    group.tap(anna, "x")
    tapped = await newest(api)
    assert (tapped["text"], tapped["reply_to_message"]["message_id"]) == ("x", sent["message_id"])


async def test_privacy_mode_lets_commands_and_answers_through(api: Api, group: Group, anna: Person) -> None:
    """Talk, answers to others and commands to other bots are kept away (core.telegram.org/bots/features)."""
    group.privacy = True
    talk = group.send(anna, "hello")
    for text in ("/start", "/start@clicker_bot", "/start@Clicker_Bot x", "/start@other_bot"):
        group.send(anna, text)
    group.send(anna, "you", reply_to=talk["message_id"])
    sent = await api.ok("sendMessage", chat_id=-5, text="hi")
    group.send(anna, "me", reply_to=sent["message_id"])
    assert [message["text"] for message in await told(api)] == [
        "/start",
        "/start@clicker_bot",
        "/start@Clicker_Bot x",
        "me",
    ]


async def test_writing_in_the_name_of_a_chat(api: Api, group: Group) -> None:
    """Bots see a user that stands for all who do so, and the chat itself (Bot API, Message)."""
    group.send_anonymously("x")
    message = await newest(api)
    assert (message["from"]["username"], message["sender_chat"]["id"]) == ("GroupAnonymousBot", -5)
    group.send_as_channel({"id": -1_009, "type": "channel", "title": "Канал"}, "x", automatic=True)
    message = await newest(api)
    assert (message["from"]["username"], message["is_automatic_forward"]) == ("Channel_Bot", True)


async def test_a_group_becomes_a_supergroup(api: Api, group: Group, anna: Person) -> None:
    """Both tell so, and whoever writes to the old one is told the new id."""
    new = group.upgrade(SUPERGROUP, anna)
    messages = await told(api)
    assert [message.get("migrate_to_chat_id") for message in messages] == [SUPERGROUP, None]
    assert [message.get("migrate_from_chat_id") for message in messages] == [None, -5]
    assert (new.chat.info["type"], new.send(anna, "x")["chat"]["id"]) == ("supergroup", SUPERGROUP)
    reply = await api("sendMessage", chat_id=-5, text="x")
    assert reply.error == (400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert reply.json["parameters"] == {"migrate_to_chat_id": SUPERGROUP}
    new.remove_bot()
    reply = await api("sendMessage", chat_id=SUPERGROUP, text="x")
    assert reply.error == (403, "Forbidden: bot was kicked from the supergroup chat")


async def test_the_bot_is_told_when_it_is_let_in_or_thrown_out(api: Api, group: Group, anna: Person) -> None:
    """By whom, and what it is there now."""
    group.remove_bot(anna)
    group.invite_bot(anna)
    changes = await told(api)
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
    assert {change["from"]["id"] for change in changes} == {anna.id}
    await api.ok("sendMessage", chat_id=-5, text="x")
