"""pinChatMessage, unpinChatMessage, unpinAllChatMessages.

Source: tdlib/telegram-bot-api, Client.cpp, process_pin_chat_message_query; tdlib/td, can_pin_message. Whether the
server refuses a pin that changes nothing is not known; here it does, so that a bot must bear it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.access import find_message, message_id, write_chat
from emulator.methods.registry import method
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat

NOT_MODIFIED = "CHAT_NOT_MODIFIED"


@method("pinChatMessage", "business_connection_id chat_id message_id disable_notification")
def pin_chat_message(bot: Bot, parameters: Parameters) -> bool:
    """Pin a message, silently or not: the service message comes in both cases."""
    parameters.boolean("disable_notification")
    chat = _pin_chat(bot, parameters)
    message = find_message(chat, message_id(parameters), "message to pin")
    if message.service:
        raise bad_request("service messages can't be pinned")
    if message.id in chat.pins:
        raise bad_request(NOT_MODIFIED)
    bot.pin(chat, message, bot.user)
    return True


@method("unpinChatMessage", "business_connection_id chat_id message_id")
def unpin_chat_message(bot: Bot, parameters: Parameters) -> bool:
    """Unpin a message, by default the pinned one that was sent last; nobody is told."""
    chat = _pin_chat(bot, parameters)
    number = message_id(parameters)
    if number == 0:
        if chat.pinned is None:
            raise bad_request("message to unpin not found")
        number = chat.pinned.id
    find_message(chat, number, "message to unpin")
    if number not in chat.pins:
        raise bad_request(NOT_MODIFIED)
    chat.pins.discard(number)
    chat.changes.touch()
    bot.world.changed.touch()
    return True


@method("unpinAllChatMessages", "chat_id")
def unpin_all_chat_messages(bot: Bot, parameters: Parameters) -> bool:
    """Unpin everything."""
    chat = _pin_chat(bot, parameters)
    chat.pins.clear()
    chat.changes.touch()
    bot.world.changed.touch()
    return True


def _pin_chat(bot: Bot, parameters: Parameters) -> Chat:
    """The chat, if the bot may pin there. Source: tdlib/td, DialogManager.cpp, can_pin_messages."""
    chat = write_chat(bot, parameters)
    if chat.channel and "can_edit_messages" not in chat.rights:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat
