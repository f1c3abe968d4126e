"""Reactions on messages: one emoji of somebody, set, changed or removed.

Source: Bot API, ReactionTypeEmoji, MessageReactionUpdated; tdlib/telegram-bot-api, Client.cpp,
JsonMessageReactionUpdated. Other reactions (custom emoji, paid ones) need what is not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json, Message

_EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 "
    "🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 "
    "🤓 👻 👨\u200d💻 👀 🎃 🙈 "
    "😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
EMOJI = frozenset(_EMOJI.split())


def react(bot: Bot, chat: Chat, message: Message, who: int, emoji: str) -> tuple[list[Json], list[Json]] | None:
    """Put somebody's emoji on a message, "" for none; what was there and what is there, None if nothing changed."""
    old = message.reactions.get(who, "")
    if old == emoji:
        return None
    message.reactions.pop(who, None)
    if emoji:
        message.reactions[who] = emoji
    chat.changes.touch()
    bot.world.changed.touch()
    return _wire(old), _wire(emoji)


def tell_reaction(bot: Bot, chat: Chat, message: Message, user: Json, emoji: str) -> None:
    """A person's reaction, of which the bot is told if it has asked for message_reaction."""
    change = react(bot, chat, message, user["id"], emoji)
    if change is None:
        return
    update = {
        "chat": chat.info,
        "message_id": message.id,
        "user": user,
        "date": int(bot.world.clock.now()),
        "old_reaction": change[0],
        "new_reaction": change[1],
    }
    bot.notify("message_reaction", update)


def _wire(emoji: str) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
