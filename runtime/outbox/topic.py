"""The topic in which somebody has written: what he is told goes there, whoever tells it and whenever.

Groups have topics, and private chats with bots as well (Bot API, Message, is_topic_message). Other messages may have a
`message_thread_id` too: that of a discussion, in which nobody has to answer.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject, Update

_topic: ContextVar[tuple[int, int] | None] = ContextVar("topic", default=None)
"""Chat and topic of the update that is handled; a job that its handler has begun keeps them."""


def topic_of(chat_id: int) -> int | None:
    """The topic of this chat to which an answer belongs; None if it has none."""
    here = _topic.get()
    return here[1] if here and here[0] == chat_id else None


class InTopic(BaseMiddleware):
    """Has answers go to the topic of what they answer."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        token = _topic.set(_read(event))
        try:
            return await handler(event, data)
        finally:
            _topic.reset(token)


def _read(event: TelegramObject) -> tuple[int, int] | None:
    """Where the message is that has come, or the one whose button was pressed."""
    if not isinstance(event, Update):
        return None
    message = event.callback_query.message if event.callback_query else event.message
    if not isinstance(message, Message) or not message.is_topic_message or message.message_thread_id is None:
        return None
    return message.chat.id, message.message_thread_id
