"""Messages with a document, as far as they matter here, and the methods that answer with one.

aiogram's Message refers to some two hundred types. To build them takes 0.15 s for each type of answer that has one in
it, at each start; and what is new in a message is no reason not to read the tables.
"""

from dataclasses import dataclass

from aiogram.methods import TelegramMethod
from aiogram.types import InputFile, InputMediaDocument, TelegramObject
from pydantic import Field

from pinstore.chat.methods import PlainMethod


class File(TelegramObject):
    """Of a Document what tells it from others."""

    file_id: str
    file_unique_id: str
    file_name: str = ""


class Sender(TelegramObject):
    """Of a User his number."""

    id: int


class Origin(TelegramObject):
    """Of a MessageOrigin who has sent it, if that is a user who lets it be known."""

    sender_user: Sender | None = None


class Held(TelegramObject):
    """Of a Message what holds a document in it."""

    message_id: int
    sender: Sender | None = Field(None, alias="from")
    forward_origin: Origin | None = None
    document: File | None = None
    caption: str = ""


class Shown(TelegramObject):
    """What getChat is asked for: of all that it tells of a chat nothing else has to be as aiogram expects."""

    pinned_message: Held | None = None
    message_auto_delete_time: int = 0


class Look(PlainMethod[Shown]):
    """getChat."""

    __returning__ = Shown
    __api_method__ = "getChat"

    chat_id: int


class Forward(PlainMethod[Held]):
    """forwardMessage."""

    __returning__ = Held
    __api_method__ = "forwardMessage"

    chat_id: int
    from_chat_id: int
    message_id: int
    disable_notification: bool = True


class Recaption(PlainMethod[object]):
    """editMessageCaption."""

    __returning__ = object
    __api_method__ = "editMessageCaption"

    chat_id: int
    message_id: int
    caption: str


class Send(TelegramMethod[Held]):
    """sendDocument, silently."""

    __returning__ = Held
    __api_method__ = "sendDocument"

    chat_id: int
    document: InputFile | str
    caption: str
    disable_notification: bool = True
    disable_content_type_detection: bool = True


class Replace(TelegramMethod[Held | bool]):
    """editMessageMedia."""

    __returning__ = Held | bool
    __api_method__ = "editMessageMedia"

    chat_id: int
    message_id: int
    media: InputMediaDocument


@dataclass(frozen=True)
class DocumentMessage:
    """A message: where it is and which file it holds, "" if none (a new upload has a new `unique_id`)."""

    message_id: int
    file_id: str
    unique_id: str
    name: str
    caption: str
    is_own: bool = True
    """Whether the bot has sent it; what people or other bots have sent or forwarded is not the bot's to edit."""

    @classmethod
    def of(cls, message: Held) -> "DocumentMessage":
        """As Telegram tells of it."""
        file = message.document or File(file_id="", file_unique_id="")
        return cls(message.message_id, file.file_id, file.file_unique_id, file.file_name, message.caption)
