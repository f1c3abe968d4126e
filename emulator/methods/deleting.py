"""deleteMessage and deleteMessages: within 48 hours only.

Source: tdlib/telegram-bot-api, Client.cpp, process_delete_message_query; tdlib/td, can_revoke_message,
can_delete_channel_message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.access import find_message, may_change, message_id, write_chat
from emulator.methods.identifiers import message_ids
from emulator.methods.registry import method
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Message

TIME_TO_DELETE = 48 * 3600


@method("deleteMessage", "chat_id message_id")
def delete_message(bot: Bot, parameters: Parameters) -> bool:
    """Delete one message for everybody."""
    if not parameters.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    number = message_id(parameters)
    if number == 0:
        raise bad_request("Message identifier is not specified")
    chat = write_chat(bot, parameters)
    _delete(bot, chat, [find_message(chat, number, "message to delete")])
    return True


@method("deleteMessages", "chat_id message_ids")
def delete_messages(bot: Bot, parameters: Parameters) -> bool:
    """Delete up to 100 messages; missing ones are skipped."""
    numbers = message_ids(parameters)
    chat = write_chat(bot, parameters)
    _delete(bot, chat, [chat.messages[number] for number in numbers if number in chat.messages])
    return True


def _delete(bot: Bot, chat: Chat, messages: list[Message]) -> None:
    """Delete all of them or none; in supergroups and channels the 48 hours end a moment earlier."""
    oldest = int(bot.world.clock.now()) - TIME_TO_DELETE + chat.counts
    for message in messages:
        own = may_change(chat, message, "can_delete_messages") if chat.channel else message.outgoing
        if not chat.private and not own:
            raise bad_request("message can't be deleted")
        if message.data["date"] < oldest:
            raise bad_request("message can't be deleted" + (" for everyone" if chat.private else ""))
    chat.remove(message.id for message in messages)
    bot.world.changed.touch()
