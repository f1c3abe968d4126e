"""Which update becomes what: messages, edits, reactions and taps in private chats."""

import time
from collections.abc import Callable
from typing import Any

from aiogram import Bot, Router
from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.methods import TelegramMethod
from aiogram.types import CallbackQuery, Message, MessageEntity, MessageReactionUpdated, ReactionTypeEmoji

from bots.roulette import inputs, passing
from bots.roulette.passing import Content
from bots.roulette.post import Post
from bots.roulette.presses import pressed
from pinstore import Store
from runtime.filters import Private, Sent
from runtime.outbox.methods import NewCaption, NewText, Reaction
from runtime.presses import Pressed, let_go

PASSED = frozenset(
    {
        ContentType.TEXT,
        ContentType.PHOTO,
        ContentType.VIDEO,
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.DOCUMENT,
        ContentType.VOICE,
        ContentType.VIDEO_NOTE,
        ContentType.STICKER,
    }
)
LINKS = frozenset({"url", "text_link", "mention", "text_mention", "email", "phone_number"})


class Reacted(Filter):
    """A reaction in a private chat."""

    async def __call__(self, reaction: MessageReactionUpdated, store: Store) -> bool:
        return store.chat_id is not None and reaction.chat.type == "private"


def _content(message: Message, post: Post) -> Content:
    reply = message.reply_to_message
    return Content(
        source=message.message_id,
        is_passed=message.content_type in PASSED,
        has_link=any(entity.type in LINKS for entity in _entities(message)),
        answers=reply.message_id if reply else 0,
        album=message.media_group_id or "",
        is_old=post.doubts.concern(message.message_id, int(message.date.timestamp())),
    )


def _entities(message: Message) -> list[MessageEntity]:
    return message.entities or message.caption_entities or []


def _tag(message: Message | CallbackQuery) -> str:
    return (message.from_user.language_code if message.from_user else None) or ""


async def said(message: Message, post: Post) -> None:
    """Whatever somebody sends."""
    post.begin()
    content, person, text = _content(message, post), message.chat.id, message.text or ""
    await post.act(
        lambda act: inputs.said(act, person, text, content),
        int(message.date.timestamp()),
        tag=_tag(message),
        is_old=content.is_old,
    )


async def edited(message: Message, post: Post) -> None:
    """The copy is changed as well, unless it would become what is never passed on."""
    post.begin()
    if inputs.named(message.text or "")[0]:
        return
    content, at = _content(message, post), message.edit_date or int(message.date.timestamp())
    partner, found = await post.act(lambda act: passing.edited(act, message.chat.id, content), at)
    if partner:
        post.change(partner, found, "edit", _edit(message, partner))


def _edit(message: Message, partner: int) -> Callable[[int], TelegramMethod[object]]:
    entities: list[dict[str, Any]] | None = [
        entity.model_dump(mode="json", exclude_none=True) for entity in _entities(message)
    ]
    if message.text is not None:
        text = message.text
        return lambda number: NewText(chat_id=partner, message_id=number, text=text, entities=entities)
    caption = message.caption or ""
    return lambda number: NewCaption(chat_id=partner, message_id=number, caption=caption, caption_entities=entities)


async def reacted(reaction: MessageReactionUpdated, post: Post) -> None:
    """It appears on the counterpart; only emoji do, one at a time."""
    at = int(reaction.date.timestamp())
    partner, found = await post.act(lambda act: passing.reacted(act, reaction.chat.id, reaction.message_id), at)
    if partner:
        new = [one.emoji for one in reaction.new_reaction if isinstance(one, ReactionTypeEmoji)][-1:]
        emoji = [{"type": "emoji", "emoji": one} for one in new]
        post.change(
            partner, found, "react", lambda number: Reaction(chat_id=partner, message_id=number, reaction=emoji)
        )


async def tapped(query: CallbackQuery, post: Post, bot: Bot) -> None:
    """A button below one of the bot's messages."""
    message, data = query.message, query.data or ""
    if message is not None:
        person, enough = query.from_user.id, post.settings.autoban_reporters
        await post.act(
            lambda act: pressed(act, person, message.message_id, data, enough), int(time.time()), tag=_tag(query)
        )
    await let_go(bot, query.id)


def people_router() -> Router:
    """The handlers of private chats."""
    router = Router(name="people")
    router.message.register(said, Private(), Sent())
    router.edited_message.register(edited, Private(), Sent())
    router.message_reaction.register(reacted, Reacted())
    router.callback_query.register(tapped, Pressed())
    return router
