"""What the bot's library makes of files, albums, reactions, channels and inline queries: aiogram parses all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BufferedInputFile,
    ChatMemberAdministrator,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputMediaPhoto,
    InputTextMessageContent,
    MessageOriginChannel,
    ReactionTypeEmoji,
)

from emulator.state.media import KINDS, PICTURE
from tests.emulator.api import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.http.server import Server
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

PHOTO = BufferedInputFile(PICTURE, "x.png")


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    """The real library against the local server."""
    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(server.url))) as bot:
        yield bot


async def test_everything_that_people_send(bot: Bot, telegram: Telegram, anna: Person) -> None:
    """Each content has its type; copies and albums give ids."""
    telegram.person(1002).send("/start")
    for kind in KINDS:
        anna.media(kind, PICTURE)
    anna.location(1, 2)
    anna.share_contact()
    anna.poll("?", ["a", "b"])
    anna.dice()
    anna.forward(telegram.channel(-1001234567890).send("x"))
    messages = [update.message for update in await bot.get_updates() if update.message][2:]
    kinds = [message.content_type for message in messages]
    assert kinds == [*KINDS, "location", "contact", "poll", "dice", "text"]
    assert isinstance(messages[-1].forward_origin, MessageOriginChannel)
    ids = [message.message_id for message in messages]
    copies = await bot.copy_messages(1002, anna.id, ids)
    assert len(copies) == len(ids)
    assert len(await bot.forward_messages(1002, anna.id, ids)) == len(ids)
    album = await bot.send_media_group(anna.id, [InputMediaPhoto(media=PHOTO), InputMediaPhoto(media=PHOTO)])
    assert album[0].media_group_id == album[1].media_group_id is not None


async def test_reactions_and_inline_queries(bot: Bot, telegram: Telegram, anna: Person) -> None:
    """Both ways."""
    start = (await bot.get_updates(allowed_updates=["message", "message_reaction", "inline_query"]))[0]
    anna.react(1, "👍")
    await bot.set_message_reaction(anna.id, 1, [ReactionTypeEmoji(emoji="🔥")])
    assert anna.reactions(1) == {anna.id: "👍", 42: "🔥"}
    telegram.bot().inline.on = True
    query = anna.ask_inline("x")
    updates = await bot.get_updates(start.update_id + 1)
    assert [update.event_type for update in updates] == ["message_reaction", "inline_query"]
    text = InputTextMessageContent(message_text="x")
    await bot.answer_inline_query(
        query,
        [InlineQueryResultArticle(id="1", title="x", input_message_content=text)],
        button=InlineQueryResultsButton(text="x", start_parameter="x"),
    )
    assert (await anna.results(query))[0]["title"] == "x"
    anna.choose(query, "1")
    sent = (await bot.get_updates(offset=-1))[0].message
    assert sent is not None
    assert sent.via_bot is not None


async def test_channels(bot: Bot, telegram: Telegram) -> None:
    """Posts, rights and the chat itself."""
    channel = telegram.channel(-1001234567890, username="bozor")
    channel.send("x")
    channel.promote(edit=False)
    post, change = await bot.get_updates()
    assert (post.event_type, change.event_type) == ("channel_post", "my_chat_member")
    member = await bot.get_chat_member(channel.id, bot.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert (member.can_post_messages, member.can_edit_messages) == (True, False)
    sent = await bot.send_message("@bozor", "x")
    assert sent.sender_chat is not None
    assert (await bot.get_chat(channel.id)).active_usernames == ["bozor"]
