"""getChatMember: what somebody is in a chat.

Source: tdlib/telegram-bot-api, Client.cpp, process_get_chat_member_query, get_user_id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.access import read_chat
from emulator.methods.parameters import whole_number
from emulator.methods.registry import method
from emulator.state.errors import bad_request
from emulator.state.membership import member_json

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json


@method("getChatMember", "chat_id user_id")
def get_chat_member(bot: Bot, parameters: Parameters) -> Json:
    """The status of a user whom the bot has met, or of the bot itself."""
    number = whole_number(parameters.text("user_id")) or 0
    if number <= 0:
        raise bad_request("Invalid user_id specified")
    chat = read_chat(bot, parameters, reading=number == bot.id)
    if number == bot.id:
        return member_json(chat, bot.user)
    person = bot.chats.get(number)
    if person is None:
        raise bad_request("Member not found")
    about = {key: value for key, value in person.info.items() if key != "type"}
    return member_json(chat, {"is_bot": False, **about})
