"""sendMediaGroup: 2 to 10 files as one album, each a message of its own.

Source: tdlib/telegram-bot-api, Client.cpp, process_send_media_group_query; tdlib/td, MessageContent.cpp,
check_message_group_message_contents. What the server says to a single file is not known: here it is refused.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from emulator.methods.access import take_permit
from emulator.methods.input_media import read_media
from emulator.methods.parameters import Parameters
from emulator.methods.registry import SEND, method
from emulator.methods.sending import find_target, place
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.input_media import InputMedia
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

FEWEST, MOST = 2, 10
ALONE = ("audio", "document")
"""Kinds that are not mixed with others."""


@method("sendMediaGroup", " ".join(name for name in SEND.split() if name != "reply_markup"), "media")
def send_media_group(bot: Bot, parameters: Parameters) -> list[Json]:
    """Send an album; returns its messages. Each of them counts against the flood limits."""
    parameters.required("media")
    source = parameters.json("media", "Can't parse media JSON object")
    if not isinstance(source, list):
        raise bad_request("Expected an Array of InputMedia")
    parts = [read_media(bot, parameters, media, album=True) for media in source]
    without_markup = {name: text for name, text in parameters.texts.items() if name != "reply_markup"}
    target = find_target(bot, Parameters(without_markup))
    _check(parts)
    contents = [part.content() for part in parts]
    take_permit(bot, target.chat, len(contents))
    group = new_group()
    return [place(bot, target, {"media_group_id": group, **content}).data for content in contents]


def new_group() -> str:
    """A media_group_id never given before."""
    return str(random.getrandbits(53))


def _check(parts: list[InputMedia]) -> None:
    if len(parts) > MOST:
        raise bad_request("Too many messages to send as an album")
    if not parts:
        raise bad_request("There are no messages to send")
    if len(parts) < FEWEST:
        raise bad_request("an album has at least 2 messages")
    if len({part.above for part in parts}) > 1:
        raise bad_request("Parameter show_caption_above_media must be the same for all messages")
    kinds = {part.kind for part in parts}
    for kind in ALONE:
        if kind in kinds and len(kinds) > 1:
            raise bad_request(f"{kind.capitalize()} can't be mixed with other media types")
