"""sendMessage and sendChatAction, and what every method that sends does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emulator.methods import formatted
from emulator.methods.access import post_chat, take_permit, write_chat
from emulator.methods.markup import check_place, read_markup
from emulator.methods.registry import SEND, method
from emulator.state.bots import shallow
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json, Message

CHAT_ACTIONS = frozenset(
    [
        "cancel",
        "typing",
        "record_video",
        "upload_video",
        "record_audio",
        "record_voice",
        "upload_audio",
        "upload_voice",
        "upload_photo",
        "upload_document",
        "choose_sticker",
        "pick_up_location",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


class Target(NamedTuple):
    """Where a new message goes, what it answers, and the markup it brings."""

    chat: Chat
    reply_to: Message | None
    markup: Json | None
    protected: bool
    topic: int = 0


@method("sendMessage", SEND, "text parse_mode entities link_preview_options disable_web_page_preview")
def send_message(bot: Bot, parameters: Parameters) -> Json:
    """Send a text of 1 to 4096 characters."""
    text = formatted.message_text(parameters)
    target = find_target(bot, parameters)
    return post(bot, target, formatted.text_fields(text)).data


@method("sendChatAction", "business_connection_id chat_id message_thread_id action")
def send_chat_action(bot: Bot, parameters: Parameters) -> bool:
    """Show "typing..." or the like."""
    if parameters.text("action").lower() not in CHAT_ACTIONS:
        raise bad_request("Wrong parameter action in request")
    write_chat(bot, parameters)
    return True


def find_target(bot: Bot, parameters: Parameters) -> Target:
    """Everything a send needs besides its content. Source: Client.cpp, do_send_message, check_reply_parameters."""
    wanted, without = _reply_wanted(parameters)
    parameters.boolean("disable_notification")
    protected = parameters.boolean("protect_content")
    markup = read_markup(parameters)
    chat = post_chat(bot, parameters)
    check_place(markup, chat)
    reply_to = chat.messages.get(wanted)
    if wanted > 0 and reply_to is None and not without:
        raise bad_request("message to be replied not found")
    topic = parameters.integer("message_thread_id") if parameters.text("message_thread_id") else 0
    if topic and all(message.data.get("message_thread_id") != topic for message in chat.messages.values()):
        raise bad_request("message thread not found")  # a topic is here what somebody has written in
    return Target(chat, reply_to, markup, protected, topic)


def post(bot: Bot, target: Target, content: Json, *, fixed: bool = False) -> Message:
    """Write the bot's message into the chat if the flood limits allow it."""
    take_permit(bot, target.chat)
    return place(bot, target, content, fixed=fixed)


def place(bot: Bot, target: Target, content: Json, *, fixed: bool = False) -> Message:
    """Write a message that is counted already. A bot gets no update about its own messages."""
    chat, reply_to, markup, protected, topic = target
    if topic:
        content = {"message_thread_id": topic, "is_topic_message": True, **content}
    if reply_to is not None:
        content = {"reply_to_message": shallow(reply_to.data), **content}
    if protected:
        content["has_protected_content"] = True
    if markup is not None:
        if "inline_keyboard" in markup:
            content["reply_markup"] = markup
        else:
            fixed = True
            chat.show(markup)
    message = bot.new_message(chat, bot.user, content, outgoing=True, fixed=fixed)
    if markup is not None and "keyboard" in markup:
        chat.keyboard_from = message.id
    if markup is not None and "force_reply" in markup:
        chat.forced = message.id
    return message


def _reply_wanted(parameters: Parameters) -> tuple[int, bool]:
    if not parameters.text("reply_parameters"):
        if "reply_to_message_id" not in parameters.texts:
            return 0, False
        return parameters.integer("reply_to_message_id"), parameters.boolean("allow_sending_without_reply")
    reply = parameters.json("reply_parameters", "Can't parse reply parameters JSON object")
    if not isinstance(reply, dict):
        raise bad_request("Object expected as reply parameters")
    if not reply:
        return 0, False
    if not isinstance(reply.get("message_id"), int):
        raise bad_request('Can\'t find field "message_id"')
    return reply["message_id"], bool(reply.get("allow_sending_without_reply"))
