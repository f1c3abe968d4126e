"""Pins and getChat: BOTAPI section 7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.api import TOKEN

if TYPE_CHECKING:
    from emulator.state.people import Person
    from tests.emulator.api import Api


async def pinned(api: Api, chat_id: int) -> Any:
    """The text that getChat shows as pinned."""
    return (await api.ok("getChat", chat_id=chat_id)).get("pinned_message", {}).get("text")


async def test_the_pinned_message_is_the_one_sent_last(api: Api, anna: Person) -> None:
    """Not the one pinned last; anyone's newer one hides the bot's."""
    first, second = [(await api.ok("sendMessage", chat_id=anna.id, text=text))["message_id"] for text in "ab"]
    assert await pinned(api, anna.id) is None
    for number in (second, first):
        assert await api.ok("pinChatMessage", chat_id=anna.id, message_id=number) is True
    assert await pinned(api, anna.id) == "b"
    anna.pin(anna.send("c")["message_id"])
    assert await pinned(api, anna.id) == "c"
    anna.unpin(anna.messages[-2]["message_id"])
    assert await pinned(api, anna.id) == "b"
    anna.delete(second)
    assert await pinned(api, anna.id) == "a"
    anna.unpin()
    assert (await pinned(api, anna.id), anna.pinned) == (None, None)


async def test_get_chat_shows_the_document_but_no_reply(api: Api, anna: Person) -> None:
    """With a file_id never given before."""
    message = await api.document(reply_to_message_id=1)
    await api.ok("pinChatMessage", chat_id=anna.id, message_id=message["message_id"])
    shown = (await api.ok("getChat", chat_id=anna.id))["pinned_message"]
    assert "reply_to_message" not in shown
    assert shown["document"]["file_unique_id"] == message["document"]["file_unique_id"]
    assert shown["document"]["file_id"] != message["document"]["file_id"]


async def test_a_timer_deletes_what_is_sent_after_it_was_set(api: Api, anna: Person) -> None:
    """Pinned or edited, it makes no difference; getChat and a line in the chat tell of it, and nobody of the end."""
    telegram, day = anna.bot.world, 86_400
    before: list[int] = []
    after: list[int] = []
    for numbers in (before, after):
        numbers += [(await api.ok("sendMessage", chat_id=anna.id, text=text))["message_id"] for text in "ab"]
        if not after:
            line = anna.set_auto_delete(day)
    assert line["message_auto_delete_timer_changed"] == {"message_auto_delete_time": day}
    assert (await api.ok("getChat", chat_id=anna.id))["message_auto_delete_time"] == day
    await api.ok("pinChatMessage", chat_id=anna.id, message_id=after[0])
    telegram.clock.advance(day - 1)
    await api.ok("editMessageText", chat_id=anna.id, message_id=after[0], text="c")
    assert await pinned(api, anna.id) == "c"
    telegram.clock.advance(2)
    await telegram.wait(lambda: not any(number in anna.chat.messages for number in after))
    assert all(number in anna.chat.messages for number in before)
    assert await pinned(api, anna.id) is None
    anna.set_auto_delete(0)
    assert "message_auto_delete_time" not in await api.ok("getChat", chat_id=anna.id)


async def test_get_chat_works_where_the_bot_is_blocked(api: Api, anna: Person) -> None:
    """Reading needs no right to write."""
    anna.block()
    assert (await api.ok("getChat", chat_id=anna.id))["first_name"] == "Анна"


@pytest.mark.parametrize("silent", [True, False])
async def test_a_pin_leaves_a_service_message(api: Api, anna: Person, *, silent: bool) -> None:
    """Which comes to the bot, also for its own pins, silent or not."""
    number = (await api.ok("sendMessage", chat_id=anna.id, text="x"))["message_id"]
    await api.ok("pinChatMessage", chat_id=anna.id, message_id=number, disable_notification=silent)
    hers = anna.pin(1)
    updates = [update["message"] for update in (await api.updates())[1:]]
    assert [(one["from"]["id"], one["pinned_message"]["message_id"]) for one in updates] == [(42, number), (1001, 1)]
    assert updates == [anna.messages[-2], hers]


async def test_refused_pins(api: Api, anna: Person) -> None:
    """Pinning what is pinned changes nothing and says so."""
    service = anna.pin(1)["message_id"]
    pin = {"chat_id": anna.id, "message_id": 1}
    assert await api.no("pinChatMessage", **pin) == "CHAT_NOT_MODIFIED"
    assert await api.no("pinChatMessage", chat_id=anna.id, message_id=99) == "message to pin not found"
    refusal = await api.no("pinChatMessage", chat_id=anna.id, message_id=service)
    assert refusal == "service messages can't be pinned"


async def test_unpinning(api: Api, anna: Person) -> None:
    """One, by default the one that was sent last, or all; nobody is told."""
    for text in "abc":
        anna.pin(anna.send(text)["message_id"])
    await api.updates(offset=-1)
    waiting = len(api.telegram.queue_of())
    a, c = (next(m["message_id"] for m in anna.messages if m.get("text") == text) for text in "ac")
    assert await api.ok("unpinChatMessage", chat_id=anna.id) is True
    assert anna.pinned is not None
    assert anna.pinned["text"] == "b"
    assert await api.no("unpinChatMessage", chat_id=anna.id, message_id=c) == "CHAT_NOT_MODIFIED"
    assert await api.ok("unpinChatMessage", chat_id=anna.id, message_id=a) is True
    assert await api.no("unpinChatMessage", chat_id=anna.id, message_id=99) == "message to unpin not found"
    assert await api.ok("unpinAllChatMessages", chat_id=anna.id) is True
    assert await api.no("unpinChatMessage", chat_id=anna.id) == "message to unpin not found"
    assert await pinned(api, anna.id) is None
    assert len(api.telegram.queue_of()) == waiting


async def test_log_out_and_close(api: Api, anna: Person) -> None:
    """Close is refused for 10 minutes; after logOut nothing is answered and nothing is queued."""
    assert (await api("close")).error == (429, "Too Many Requests: retry after 600")
    api.telegram.clock.advance(600)
    assert await api.ok("close") is True
    assert await api.ok("logOut") is True
    assert api.telegram.queue_of() == []
    anna.send("x")
    assert api.telegram.queue_of() == []
    for path in (f"/bot{TOKEN}/getMe", f"/file/bot{TOKEN}/documents/file_0.json"):
        assert (await api.request(path, "GET")).error == (400, "Logged out")


async def test_menu_buttons(api: Api, anna: Person) -> None:
    """One for a chat, one for all."""
    assert await api.ok("getChatMenuButton", chat_id=anna.id) == {"type": "commands"}
    await api.ok("setChatMenuButton", menu_button={"type": "default"})
    await api.ok("setChatMenuButton", chat_id=anna.id, menu_button={"type": "commands"})
    await api.ok("setChatMenuButton", chat_id=anna.id)
    assert await api.ok("getChatMenuButton", chat_id=anna.id) == {"type": "default"}
    assert await api.ok("getChatMenuButton") == {"type": "default"}
    refusal = await api.no("setChatMenuButton", menu_button={"type": "x"})
    assert refusal == "can't parse menu button: unsupported type"
