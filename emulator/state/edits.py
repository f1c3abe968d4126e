"""Edits by people: another text, or another caption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.content import CAPTION_FIELDS, caption_content, text_content
from emulator.state.media import KINDS, kind_of
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json, Message


def edit(bot: Bot, chat: Chat, message: Message, text: str) -> Json:
    """Give a message another text or caption ("" removes that). NotShownError if it can't be edited."""
    kind = kind_of(message.data)
    if "text" in message.data:
        fields, old = text_content(text), {"text", "entities"}
    elif kind is not None and KINDS[kind].captioned:
        fields, old = caption_content(text), set(CAPTION_FIELDS)
    else:
        raise NotShownError(f"message {message.id} has no text")
    if message.service or "forward_origin" in message.data:
        raise NotShownError(f"message {message.id} can't be edited")
    kept = {key: value for key, value in message.data.items() if key not in old}
    chat.replace(message, {**kept, "edit_date": int(bot.world.clock.now()), **fields})
    bot.tell(chat, message, edited=True)
    bot.world.changed.touch()
    return message.data
