"""What the bot is told when its membership in a chat changes: my_chat_member (Bot API, ChatMemberUpdated)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json


def tell_membership(bot: Bot, chat: Chat, by: Json, old: str, new: str) -> None:
    """Tell the bot that a user has changed its status in the chat."""
    change = {
        "chat": chat.info,
        "from": by,
        "date": int(bot.world.clock.now()),
        "old_chat_member": _member(bot, old),
        "new_chat_member": _member(bot, new),
    }
    bot.notify("my_chat_member", change)


def _member(bot: Bot, status: str) -> Json:
    return {"status": status, "user": bot.user, **({"until_date": 0} if status == "kicked" else {})}
