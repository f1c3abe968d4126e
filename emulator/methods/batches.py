"""forwardMessages, copyMessages: up to 100 messages at once, albums kept together.

Source: tdlib/telegram-bot-api, Client.cpp, process_copy_messages_query, TdOnForwardMessagesCallback; tdlib/td,
MessagesManager.cpp, get_forwarded_messages.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from emulator.methods.access import read_chat, take_permit
from emulator.methods.albums import ALONE, FEWEST, MOST, new_group
from emulator.methods.forwarding import can_be_copied, is_protected
from emulator.methods.identifiers import message_ids
from emulator.methods.parameters import Parameters
from emulator.methods.registry import method
from emulator.methods.sending import find_target, place
from emulator.state.content import CAPTION_FIELDS
from emulator.state.errors import bad_request
from emulator.state.forwards import copied, forwarded
from emulator.state.media import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.state.bots import Bot
    from emulator.state.chats import Json, Message

TAKES = (
    "chat_id message_thread_id direct_messages_topic_id from_chat_id message_ids disable_notification protect_content"
)
NEVER_ANSWERS = ("reply_parameters", "reply_to_message_id", "allow_sending_without_reply", "reply_markup")


@method("forwardMessages", TAKES)
def forward_messages(bot: Bot, parameters: Parameters) -> list[Json]:
    """Forward messages; missing ones and those that can't be forwarded are left out."""
    return _repeat(bot, parameters, lambda message: forwarded(bot, message.data), lambda _: True, fixed=True)


@method("copyMessages", TAKES, "remove_caption")
def copy_messages(bot: Bot, parameters: Parameters) -> list[Json]:
    """Send their contents again; missing ones and those that can't be copied are left out."""
    removed = CAPTION_FIELDS if parameters.boolean("remove_caption") else ()

    def content(message: Message) -> Json:
        return {key: value for key, value in copied(bot, message.data).items() if key not in removed}

    return _repeat(bot, parameters, content, can_be_copied, fixed=False)


def _repeat(
    bot: Bot,
    parameters: Parameters,
    content: Callable[[Message], Json],
    allowed: Callable[[Message], bool],
    *,
    fixed: bool,
) -> list[Json]:
    parameters.required("from_chat_id")
    numbers = message_ids(parameters)
    target = find_target(bot, Parameters({k: v for k, v in parameters.texts.items() if k not in NEVER_ANSWERS}))
    chat = read_chat(bot, parameters, "from_chat_id")
    found = [chat.messages[number] for number in numbers if number in chat.messages]
    if not found:
        raise bad_request("There are no messages to forward")
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise bad_request("Message identifiers must be in a strictly increasing order")
    passed = [one for one in found if not (one.service or is_protected(chat, one)) and allowed(one)]
    if not passed:
        raise bad_request("Messages can't be forwarded")
    take_permit(bot, target.chat, len(passed))
    groups = _albums(passed)
    sent = [
        place(bot, target, {**group, **content(one)}, fixed=fixed) for one, group in zip(passed, groups, strict=True)
    ]
    return [{"message_id": message.id} for message in sent]


def _albums(messages: list[Message]) -> list[Json]:
    """A new media_group_id for each message that has one: parts of one album, or nothing but documents or music."""
    kinds = {kind_of(message.data) for message in messages}
    authors = {str(message.data.get("forward_origin", message.data.get("from"))) for message in messages}
    if FEWEST <= len(messages) <= MOST and len(kinds) == 1 and kinds <= set(ALONE) and len(authors) == 1:
        group = new_group()
        return [{"media_group_id": group} for _ in messages]
    old = [message.data.get("media_group_id") for message in messages]
    new = {group: new_group() for group, parts in Counter(old).items() if group is not None and parts >= FEWEST}
    return [{"media_group_id": new[group]} if group in new else {} for group in old]
