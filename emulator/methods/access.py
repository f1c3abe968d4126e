"""Which chat or message a call means, and whether the bot may touch it.

Source: tdlib/telegram-bot-api, Client.cpp, check_chat, check_chat_access, check_message; the server's refusals of
blocked chats as tdlib/td, MessagesManager.cpp, process_send_message_fail_error names them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods.parameters import Parameters, whole_number
from emulator.state.errors import BotApiError, bad_request, forbidden, too_many_requests

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Message


def read_chat(bot: Bot, parameters: Parameters, name: str = "chat_id", *, reading: bool = True) -> Chat:
    """The chat, for reading: one the bot has met; a public channel also if the bot is not there."""
    text = parameters.text(name)
    if not text:
        raise bad_request(f"{name} is empty")
    chat = _public_chat(bot, text[1:]) if text.startswith("@") else bot.chats.get(whole_number(text) or 0)
    if chat is None or not (chat.started or chat.known):
        raise bad_request("chat not found")
    if chat.moved_to:
        description = "Bad Request: group chat was upgraded to a supergroup chat"
        raise BotApiError(400, description, migrate_to_chat_id=chat.moved_to)
    if not chat.private and chat.blocked:
        raise forbidden(f"bot was kicked from the {chat.info['type']} chat")
    if chat.statuses.get(bot.id) == "left" and not ("username" in chat.info and reading):
        raise forbidden(f"bot is not a member of the {chat.info['type']} chat")
    return chat


def find_person(bot: Bot, parameters: Parameters) -> Chat:
    """The private chat with a person whom the bot has met. Source: Client.cpp, get_user_id, check_user."""
    person_id = whole_number(parameters.text("user_id")) or 0
    if person_id <= 0:
        raise bad_request("Invalid user_id specified")
    chat = bot.chats.get(person_id)
    if chat is None or not (chat.started or chat.known):
        raise bad_request("user not found")
    return chat


def write_chat(bot: Bot, parameters: Parameters) -> Chat:
    """The chat, for writing, editing, deleting or pinning there.

    Whether the server lets a bot edit and delete where it is blocked is not known; here it does not.
    """
    if parameters.text("business_connection_id"):
        raise bad_request("business connection not found")
    chat = read_chat(bot, parameters, reading=False)
    if chat.deactivated:
        raise forbidden("user is deactivated")
    if not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    return chat


def post_chat(bot: Bot, parameters: Parameters) -> Chat:
    """The chat, for new messages; in a channel by right. Source: tdlib/td, can_send_message_to_dialog."""
    chat = write_chat(bot, parameters)
    if chat.channel and "can_post_messages" not in chat.rights:
        raise bad_request("need administrator rights in the channel chat")
    return chat


def may_change(chat: Chat, message: Message, right: str) -> bool:
    """Whether the bot may edit or delete a post of a channel, by this right or because it is its own."""
    return right in chat.rights or ("can_post_messages" in chat.rights and message.outgoing)


def _public_chat(bot: Bot, username: str) -> Chat | None:
    """A channel by its name; people are not found so (Client.cpp, TdOnCheckChatCallback)."""
    wanted = username.lower()
    named = (chat for chat in bot.chats.values() if not chat.private and "username" in chat.info)
    return next((chat for chat in named if chat.info["username"].lower() == wanted), None)


def find_message(chat: Chat, message_id: int, role: str) -> Message:
    """The message, or "{role} not found", as in "message to edit not found"."""
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request(f"{role} not found")
    return message


def message_id(parameters: Parameters) -> int:
    """The message_id, 0 if it is missing or negative. Source: Client.cpp, get_message_id."""
    return max(0, parameters.integer("message_id"))


def take_permit(bot: Bot, chat: Chat, count: int = 1) -> None:
    """Count messages or edits against the flood limits, or refuse all of them with 429."""
    limits = bot.world.limits
    if limits is None:
        return
    wait = bot.pace.take(limits, chat.id, bot.world.clock.now(), count)
    if wait > 0:
        raise too_many_requests(wait)
