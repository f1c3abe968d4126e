"""The command menu that a client shows in a chat.

Source: Bot API, BotCommandScope, "Determining list of commands".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json


def menu(bot: Bot, chat_id: int, language: str) -> list[Json]:
    """The commands of a private chat: those of the narrowest scope that has any, in the client's language first."""
    for scope in ({"type": "chat", "chat_id": str(chat_id)}, {"type": "all_private_chats"}, {"type": "default"}):
        for code in (language, ""):
            if commands := bot.commands.get((scope_key(scope), code)):
                return commands
    return []


def scope_key(scope: dict[str, str]) -> str:
    """What commands of this scope are kept under."""
    return orjson.dumps(scope).decode()
