"""editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup.

Source: tdlib/td, MessagesManager.cpp, can_edit_message and edit_message_*; there is no time limit for own messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods import formatted
from emulator.methods.access import find_message, may_change, message_id, take_permit, write_chat
from emulator.methods.input_media import read_media
from emulator.methods.markup import read_markup
from emulator.methods.registry import EDIT, method
from emulator.state.content import CAPTION_FIELDS
from emulator.state.errors import bad_request
from emulator.state.media import KINDS, kind_of

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json, Message

TEXT_FIELDS = ("text", "entities")
FIXED_KINDS = ("voice", "video_note", "sticker")
"""Media that is not replaced (tdlib/td, can_edit_message_media)."""
CONTENT_FIELDS = (*TEXT_FIELDS, *CAPTION_FIELDS, *KINDS)


@method("editMessageText", EDIT, "text parse_mode entities link_preview_options disable_web_page_preview")
def edit_message_text(bot: Bot, parameters: Parameters) -> Json:
    """Replace the text of a text message."""
    text = formatted.message_text(parameters)
    markup = read_markup(parameters, inline_only=True)
    chat, message = _find(bot, parameters)
    if "text" not in message.data:
        raise bad_request("there is no text in the message to edit")
    return _apply(bot, chat, message, formatted.text_fields(text, "MESSAGE_TOO_LONG"), markup)


@method("editMessageCaption", EDIT, "caption parse_mode caption_entities show_caption_above_media")
def edit_message_caption(bot: Bot, parameters: Parameters) -> Json:
    """Replace or remove the caption of a file."""
    markup = read_markup(parameters, inline_only=True)
    caption = formatted.caption(parameters)
    chat, message = _find(bot, parameters)
    kind = kind_of(message.data)
    files = {name: message.data[name] for name in KINDS if name in message.data}
    if kind is None or not KINDS[kind].captioned:
        raise bad_request("there is no caption in the message to edit")
    return _apply(bot, chat, message, {**files, **formatted.caption_fields(caption, "MEDIA_CAPTION_TOO_LONG")}, markup)


@method("editMessageReplyMarkup", EDIT)
def edit_message_reply_markup(bot: Bot, parameters: Parameters) -> Json:
    """Replace or remove the inline buttons."""
    markup = read_markup(parameters, inline_only=True)
    chat, message = _find(bot, parameters)
    return _apply(bot, chat, message, _content(message.data), markup)


@method("editMessageMedia", EDIT, "media")
def edit_message_media(bot: Bot, parameters: Parameters) -> Json:
    """Replace the file, or a text by a file; message id, date and pin stay, an absent caption is removed."""
    markup = read_markup(parameters, inline_only=True)
    parameters.required("media")
    source = parameters.json("media", "Can't parse input media JSON object")
    media = read_media(bot, parameters, source)
    chat, message = _find(bot, parameters, "message media can't be edited")
    if kind_of(message.data) in FIXED_KINDS:
        raise bad_request("message media can't be edited")
    take_permit(bot, chat)
    return _apply(bot, chat, message, media.content(), markup, free=True)


def _find(bot: Bot, parameters: Parameters, refusal: str = "message can't be edited") -> tuple[Chat, Message]:
    number = message_id(parameters)
    if not parameters.text("chat_id") and number == 0:
        inline = parameters.text("inline_message_id")
        raise bad_request("MESSAGE_ID_INVALID" if inline else "Message identifier is not specified")
    chat = write_chat(bot, parameters)
    message = find_message(chat, number, "message to edit")
    own = may_change(chat, message, "can_edit_messages") if chat.channel else message.outgoing
    if message.fixed or not own:
        raise bad_request(refusal)
    return chat, message


def _apply(bot: Bot, chat: Chat, message: Message, content: Json, markup: Json | None, *, free: bool = False) -> Json:
    """Put the new content in the old place. `free`: already counted against the flood limits."""
    if not free:
        take_permit(bot, chat)
    old = message.data
    if _same(_content(old), content) and old.get("reply_markup") == markup:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    kept = {key: value for key, value in old.items() if key not in CONTENT_FIELDS and key != "reply_markup"}
    data = {**kept, "edit_date": int(bot.world.clock.now()), **content}
    if markup is not None:
        data["reply_markup"] = markup
    chat.replace(message, data)
    bot.world.changed.touch()
    return data


def _content(data: Json) -> Json:
    return {key: data[key] for key in CONTENT_FIELDS if key in data}


def _same(old: Json, new: Json) -> bool:
    """Whether two contents are the same, files by their unique ids."""
    return _comparable(old) == _comparable(new)


def _comparable(content: Json) -> Json:
    files = {name: content[name] for name in KINDS if name in content}
    unique = {name: (file[-1] if isinstance(file, list) else file)["file_unique_id"] for name, file in files.items()}
    return {**content, **unique}
