"""Channels: posts of people and of the bot, its rights, edits and deletions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.limits import Limits
from emulator.state.media import PICTURE

if TYPE_CHECKING:
    from emulator.state.channels import Channel
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

CHANNEL = -1001234567890
BUTTON = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}


@pytest.fixture
def channel(telegram: Telegram) -> Channel:
    """Where the bot may post, edit and delete."""
    return telegram.channel(CHANNEL, "Bozor", username="Bozor")


async def told(api: Api) -> list[Any]:
    """Kind and content of each update."""
    return [next((kind, update[kind]) for kind in update if kind != "update_id") for update in await api.updates()]


async def test_people_post_and_the_bot_is_told(api: Api, channel: Channel) -> None:
    """In the channel's name, edits too; ids begin after the creation of the channel."""
    post = channel.send("see t.me/x")
    channel.album([PICTURE, PICTURE])
    channel.edit(post, "y")
    channel.delete(post)
    updates = await told(api)
    assert [kind for kind, _ in updates] == ["channel_post"] * 3 + ["edited_channel_post"]
    assert [message["message_id"] for _, message in updates] == [2, 3, 4, 2]
    first = updates[0][1]
    assert first["sender_chat"] == {"id": CHANNEL, "title": "Bozor", "type": "channel", "username": "Bozor"}
    assert "from" not in first
    assert len(channel.messages) == 2


async def test_the_bot_posts_edits_and_deletes(api: Api, channel: Channel) -> None:
    """By id or name; of its own posts it is not told, not even when somebody edits them."""
    post = await api.ok("sendMessage", chat_id="@bozor", text="one", reply_markup=BUTTON)
    assert (post["sender_chat"]["id"], "from" in post) == (CHANNEL, False)
    assert await channel.answer(0) == "one"
    files = {"a": ("a.png", PICTURE)}
    media = [{"type": "photo", "media": "attach://a", "caption": "c"}, {"type": "photo", "media": "attach://a"}]
    album = (await api("sendMediaGroup", files, chat_id=CHANNEL, media=media)).result
    edit = {"chat_id": CHANNEL, "message_id": album[0]["message_id"]}
    assert (await api.ok("editMessageCaption", **edit, caption="d"))["caption"] == "d"
    channel.edit(post, "two")
    assert await told(api) == []
    await api.ok("deleteMessages", chat_id=CHANNEL, message_ids=[message["message_id"] for message in [post, *album]])
    assert channel.messages == []


async def test_reply_keyboards_are_refused(api: Api, channel: Channel) -> None:
    """So is a forced reply."""
    for markup in ({"keyboard": [["x"]]}, {"force_reply": True}):
        refusal = await api.no("sendMessage", chat_id=CHANNEL, text="x", reply_markup=markup)
        assert refusal == "inline keyboard expected"
    assert channel.messages == []


async def test_rights_are_looked_at_and_told(api: Api, channel: Channel) -> None:
    """Without can_post nothing is sent; own posts may be changed by whoever may post, others' by the right alone."""
    theirs = channel.send("theirs")["message_id"]
    own = (await api.ok("sendMessage", chat_id=CHANNEL, text="own"))["message_id"]
    await api.updates(offset=-1)
    channel.promote(edit=False, delete=False)
    channel.promote(edit=False, delete=False)
    await api.ok("editMessageText", chat_id=CHANNEL, message_id=own, text="edited")
    at = {"chat_id": CHANNEL, "message_id": theirs}
    assert await api.no("editMessageText", **at, text="x") == "message can't be edited"
    assert await api.no("deleteMessage", **at) == "message can't be deleted"
    assert await api.no("pinChatMessage", **at) == "not enough rights to manage pinned messages in the chat"
    channel.promote(post=False)
    assert await api.no("sendMessage", chat_id=CHANNEL, text="x") == "need administrator rights in the channel chat"
    assert (await api.ok("editMessageText", **at, text="x"))["text"] == "x"
    await api.ok("deleteMessage", **at)
    changes = [content for kind, content in await told(api) if kind == "my_chat_member"]
    assert len(changes) == 2
    assert [change["new_chat_member"]["can_post_messages"] for change in changes] == [True, False]
    assert [change["new_chat_member"]["can_edit_messages"] for change in changes] == [False, True]
    assert changes[1]["old_chat_member"] == changes[0]["new_chat_member"]
    assert changes[0]["from"] == channel.owner


async def test_a_bot_that_is_not_there(api: Api, channel: Channel) -> None:
    """It may only read what is public, and is told of nothing; banned it may not even read."""
    post = await api.ok("sendMessage", chat_id=CHANNEL, text="x")
    channel.remove_bot()
    channel.send("unseen")
    gone = (403, "Forbidden: bot is not a member of the channel chat")
    edit = {"chat_id": CHANNEL, "message_id": post["message_id"], "text": "y"}
    for method in ("sendMessage", "editMessageText", "deleteMessage"):
        assert (await api(method, None, **edit)).error == gone
    assert (await api.ok("getChat", chat_id="@bozor"))["id"] == CHANNEL
    channel.set_username("")
    assert (await api("getChat", chat_id=CHANNEL)).error == gone
    assert await api.no("getChat", chat_id="@bozor") == "chat not found"
    channel.remove_bot(banned=True)
    reply = await api("getChat", chat_id=CHANNEL)
    assert reply.error == (403, "Forbidden: bot was kicked from the channel chat")
    channel.promote()
    await api.ok("sendMessage", chat_id=CHANNEL, text="back")
    statuses = [content["new_chat_member"]["status"] for _, content in await told(api)]
    assert statuses == ["left", "kicked", "administrator"]


async def test_posts_can_be_deleted_for_48_hours(api: Api, telegram: Telegram, channel: Channel) -> None:
    """Not a second longer, whatever the rights; then they can only be edited."""
    own = (await api.ok("sendMessage", chat_id=CHANNEL, text="x"))["message_id"]
    late = (await api.ok("sendMessage", chat_id=CHANNEL, text="x"))["message_id"]
    telegram.clock.advance(48 * 3600 - 1)
    await api.ok("deleteMessage", chat_id=CHANNEL, message_id=own)
    telegram.clock.advance(1)
    assert await api.no("deleteMessage", chat_id=CHANNEL, message_id=late) == "message can't be deleted"
    await api.ok("editMessageText", chat_id=CHANNEL, message_id=late, text="closed")
    assert await api.no("deleteMessage", chat_id=CHANNEL, message_id=99) == "message to delete not found"
    assert channel.newest == "closed"


async def test_what_get_chat_tells(api: Api, channel: Channel) -> None:
    """Name, protection, the pinned post."""
    post = channel.send("x")
    chat = await api.ok("getChat", chat_id=CHANNEL)
    assert (chat["active_usernames"], "has_protected_content" in chat) == (["Bozor"], False)
    call = {"from_chat_id": CHANNEL, "chat_id": CHANNEL, "message_id": post["message_id"]}
    forwarded = await api.ok("forwardMessage", **call)
    assert forwarded["forward_origin"]["chat"]["id"] == CHANNEL
    assert forwarded["forward_from_message_id"] == post["message_id"]
    channel.protect()
    await api.ok("pinChatMessage", chat_id=CHANNEL, message_id=post["message_id"])
    chat = await api.ok("getChat", chat_id=CHANNEL)
    assert (chat["has_protected_content"], chat["pinned_message"]["text"]) == (True, "x")
    assert await api.no("forwardMessage", **call) == "message has protected content and can't be forwarded"
    assert channel.send("y")["has_protected_content"] is True
    channel.protect(protected=False)
    await api.ok("forwardMessage", **call)


def test_links(telegram: Telegram, channel: Channel) -> None:
    """By name, or by number if there is none."""
    post = channel.send("x")
    assert channel.link(post) == "https://t.me/Bozor/2"
    channel.set_username("")
    assert channel.link(post) == "https://t.me/c/1234567890/2"
    assert channel is telegram.channel(CHANNEL)
    assert repr(channel) == "Channel(-1001234567890, 'Bozor')"
    with pytest.raises(ValueError, match="-100"):
        telegram.channel(-5)


async def test_readers_press_buttons(api: Api, telegram: Telegram, channel: Channel, anna: Person) -> None:
    """The query tells who and where; so do members of a group."""
    group = telegram.group(-5, members=(anna,))
    for place in (channel, group):
        await api.ok("sendMessage", chat_id=place.id, text="x", reply_markup=BUTTON)
        query = place.press(anna, "x")
        update = (await api.updates())[-1]["callback_query"]
        assert (update["from"]["id"], update["message"]["chat"]["id"]) == (anna.id, place.id)
        await api.ok("answerCallbackQuery", callback_query_id=query, text="done")
        alert = anna.alert(query)
        assert alert is not None
        assert alert["text"] == "done"


async def test_who_is_what(api: Api, telegram: Telegram, anna: Person) -> None:
    """The bot, the owner, members, and those who are none."""
    channel = telegram.channel(CHANNEL, owner=anna)
    group = telegram.group(-5, members=(anna,))
    boris = telegram.person(1002, first_name="Boris")

    async def status(chat: int | str, user: int) -> str:
        return str((await api.ok("getChatMember", chat_id=chat, user_id=user))["status"])

    assert [await status(CHANNEL, user) for user in (anna.id, boris.id, 42)] == ["creator", "left", "administrator"]
    assert [await status(-5, user) for user in (anna.id, boris.id, 42)] == ["member", "left", "member"]
    group.add(boris, "administrator")
    assert [await status(-5, boris.id), await status(anna.id, anna.id)] == ["administrator", "member"]
    group.remove(boris)
    assert await status(-5, boris.id) == "left"
    for user, refusal in (("", "invalid user_id specified"), (0, "invalid user_id specified"), (7, "member not found")):
        assert await api.no("getChatMember", chat_id=-5, user_id=user) == refusal
    channel.remove_bot()
    reply = await api("getChatMember", chat_id=CHANNEL, user_id=anna.id)
    assert reply.error == (403, "Forbidden: bot is not a member of the channel chat")


async def test_twenty_posts_a_minute(api: Api, telegram: Telegram, channel: Channel) -> None:
    """Edits counted, as in a group."""
    telegram.limits = Limits()
    post = channel.send("x")["message_id"]
    for _ in range(19):
        await api.ok("sendMessage", chat_id=CHANNEL, text="x")
        telegram.clock.advance(1)
    await api.ok("editMessageText", chat_id=CHANNEL, message_id=post, text="y")
    telegram.clock.advance(1)
    reply = await api("sendMessage", chat_id=CHANNEL, text="x")
    assert reply.json["parameters"]["retry_after"] == 40
