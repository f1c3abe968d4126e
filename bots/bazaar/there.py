"""What comes from the channel: the newest message that is known, and the bot's own rights there."""

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Chat, ChatMemberUpdated, Message

from bots.bazaar import reached
from bots.bazaar.channel import Channel
from pinstore import Store


def _is_it(chat: Chat, channel: Channel) -> bool:
    return chat.id in (channel.id, channel.number) or f"@{chat.username}".lower() == str(channel.id).lower()


class InChannel(Filter):
    """A post in the channel for the ads."""

    async def __call__(self, message: Message, channel: Channel, store: Store) -> bool:
        return store.chat_id is not None and _is_it(message.chat, channel)


class OfChannel(Filter):
    """What becomes of the bot in the channel for the ads."""

    async def __call__(self, event: ChatMemberUpdated, channel: Channel) -> bool:
        return _is_it(event.chat, channel)


async def posted(message: Message, store: Store) -> None:
    """Somebody has posted: what the bot posts comes after it."""
    await store.write(lambda tables: reached.seen(tables, message.message_id))


async def changed(event: ChatMemberUpdated, channel: Channel) -> None:
    """A right may be back."""
    if event.new_chat_member.status == "administrator":
        channel.is_back()


def channel_router() -> Router:
    """Updates of the channel."""
    router = Router(name="channel")
    router.channel_post.register(posted, InChannel())
    router.my_chat_member.register(changed, OfChannel())
    return router
