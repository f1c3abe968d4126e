"""setMessageReaction: at most one emoji of the bot on a message.

Source: tdlib/telegram-bot-api, Client.cpp, process_set_message_reaction_query, get_reaction_types; Bot API,
setMessageReaction. The names of the server's own refusals are from MTProto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.methods.access import find_message, message_id, write_chat
from emulator.methods.registry import method
from emulator.state.errors import bad_request
from emulator.state.reactions import EMOJI, react

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot


@method("setMessageReaction", "chat_id message_id reaction is_big")
def set_message_reaction(bot: Bot, parameters: Parameters) -> bool:
    """Set, change or (with an empty list) remove the bot's reaction; the same again is no error."""
    parameters.boolean("is_big")
    emoji = _emoji(parameters)
    chat = write_chat(bot, parameters)
    message = find_message(chat, message_id(parameters), "message to react")
    if message.service:
        raise bad_request("MESSAGE_ID_INVALID")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not EMOJI.issuperset(emoji):
        raise bad_request("REACTION_INVALID")
    react(bot, chat, message, bot.id, "".join(emoji))
    return True


def _emoji(parameters: Parameters) -> list[str]:
    if not parameters.text("reaction"):
        return []
    types = parameters.json("reaction", "Can't parse reaction types JSON object")
    if not isinstance(types, list):
        raise bad_request("Expected an Array of ReactionType")
    return [_read(one) for one in types]


def _read(reaction: Any) -> str:
    complaint = "Can't parse ReactionType: "
    if not isinstance(reaction, dict):
        raise bad_request(complaint + "expected an Object")
    for name in ("type", "emoji" if reaction.get("type") == "emoji" else "custom_emoji_id"):
        if name not in reaction:
            raise bad_request(f'{complaint}Can\'t find field "{name}"')
        if not isinstance(reaction[name], str):
            raise bad_request(f'{complaint}Field "{name}" must be of type String')
        if name == "type" and reaction["type"] not in {"emoji", "custom_emoji"}:
            raise bad_request(complaint + "invalid reaction type specified")
    return str(reaction.get("emoji") or reaction["custom_emoji_id"])
