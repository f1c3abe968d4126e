"""Inline buttons pressed by anybody in any chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.bots import QUERY_LIFETIME

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json, Ref
    from emulator.state.view import View


def press(bot: Bot, view: View, user: Json, text: str, message: Ref | None) -> str:
    """Press an inline button of a message (by default the newest that has it); returns the query's id."""
    pressed, data = view.inline_button(text, message)
    query_id = bot.new_query(user["id"])
    view.acted_at = view.chat.texts_sent
    query = {
        "id": query_id,
        "from": user,
        "message": pressed.data,
        "chat_instance": str(bot.id * 1_000_003 + view.chat.id),
        "data": data,
    }
    bot.notify("callback_query", query, QUERY_LIFETIME)
    view.chat.changes.touch()
    bot.world.changed.touch()
    return query_id
