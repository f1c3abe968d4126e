"""Flood limits: BOTAPI section 8."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.state.limits import Limits

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api


@pytest.fixture(autouse=True)
def limits(telegram: Telegram) -> Limits:
    """As the real ones are assumed to be."""
    telegram.limits = Limits()
    return telegram.limits


async def status(api: Api, chat_id: int, text: str = "x") -> int:
    """The status of one sendMessage."""
    return (await api("sendMessage", chat_id=chat_id, text=text)).status


async def test_one_message_a_second_per_chat(api: Api, anna: Person) -> None:
    """After a burst of three; the refused one does not count."""
    assert [await status(api, anna.id) for _ in range(5)] == [200, 200, 200, 429, 429]
    reply = await api("sendMessage", chat_id=anna.id, text="x")
    assert reply.error == (429, "Too Many Requests: retry after 1")
    assert (reply.json["parameters"], reply.headers["Retry-After"]) == ({"retry_after": 1}, "1")
    api.telegram.clock.advance(1)
    assert [await status(api, anna.id) for _ in range(2)] == [200, 429]
    api.telegram.clock.advance(100)
    assert [await status(api, anna.id) for _ in range(4)] == [200, 200, 200, 429]


async def test_edits_share_the_limit(api: Api, anna: Person) -> None:
    """Text, file, caption and buttons; other methods are free."""
    text = (await api.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    file = (await api.document())["message_id"]
    await api.ok("editMessageText", chat_id=anna.id, message_id=text, text="y")
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    media = {"type": "document", "media": api.telegram.person(1001).messages[-1]["document"]["file_id"]}
    for method, given in {
        "editMessageText": {"message_id": text, "text": "z"},
        "editMessageCaption": {"message_id": file, "caption": "z"},
        "editMessageReplyMarkup": {"message_id": text, "reply_markup": markup},
        "editMessageMedia": {"message_id": file, "media": media},
        "forwardMessage": {"message_id": file, "from_chat_id": anna.id},
        "copyMessage": {"message_id": file, "from_chat_id": anna.id},
        "sendDocument": {"document": media["media"]},
    }.items():
        assert (await api(method, chat_id=anna.id, **given)).status == 429
    for method in ("getChat", "pinChatMessage", "unpinChatMessage", "deleteMessage"):
        await api.ok(method, chat_id=anna.id, message_id=file)


async def test_a_refused_edit_counts_once(api: Api, anna: Person) -> None:
    """An edit of a file takes one permit, not two."""
    message = await api.document()
    await api.document(message_id=message["message_id"])
    assert [await status(api, anna.id) for _ in range(2)] == [200, 429]


async def test_thirty_messages_a_second_in_all(api: Api, telegram: Telegram) -> None:
    """To different chats."""
    people = [telegram.person(number) for number in range(1, 40)]
    for person in people:
        person.send("hello")
    assert [await status(api, person.id) for person in people].count(200) == 30
    telegram.clock.advance(0.5)
    assert [await status(api, person.id) for person in people].count(200) == 15


@pytest.mark.parametrize(("overall", "taken"), [(30, 30), (300, 40), (None, 40)])
async def test_how_many_in_all_is_a_switch(api: Api, telegram: Telegram, overall: float | None, taken: int) -> None:
    """It takes effect at once; the limits of a chat stay."""
    people = [telegram.person(number) for number in range(1, 41)]
    for person in people:
        person.send("hello")
    telegram.limits = Limits(overall=1)
    assert [await status(api, person.id) for person in people[:3]] == [200, 429, 429]
    telegram.limits.overall = overall
    assert [await status(api, person.id) for person in people].count(200) == taken
    assert [await status(api, people[0].id) for _ in range(3)][-1] == 429


async def test_twenty_a_minute_in_a_group(api: Api, telegram: Telegram, anna: Person) -> None:
    """However slowly they come."""
    telegram.group(-5, members=(anna,))
    for _ in range(20):
        assert await status(api, -5) == 200
        telegram.clock.advance(1)
    reply = await api("sendMessage", chat_id=-5, text="x")
    assert reply.json["parameters"]["retry_after"] == 40
    telegram.clock.advance(40)
    assert [await status(api, -5), await status(api, -5)] == [200, 429]


async def test_limits_can_be_switched_off(api: Api, telegram: Telegram, anna: Person) -> None:
    """At run time."""
    telegram.limits = None
    assert [await status(api, anna.id) for _ in range(50)] == [200] * 50
