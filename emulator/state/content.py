"""The content of messages: texts and files, as the fields they have on the wire."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from emulator.state.errors import bad_request
from emulator.state.text import clean, merge_entities, trim

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json
    from emulator.state.files import StoredFile

MAX_PHOTO = 10_000_000  # Bot API, sendPhoto, as the next two
MAX_SIDES = 10_000
MAX_RATIO = 20
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"RIFF")
CAPTION_FIELDS = ("caption", "caption_entities")
FOLDERS = {"document": "documents", "photo": "photos", "animation": "animations"}


def text_content(text: str, entities: list[Json] | None = None) -> Json:
    """A text message, cleaned and trimmed, with the entities found in it."""
    text = trim(clean(text))
    found = merge_entities(entities or [], text)
    return {"text": text, "entities": found} if found else {"text": text}


def caption_content(caption: str | None, entities: list[Json] | None = None) -> Json:
    """The caption's fields, none if it is empty."""
    content = text_content(caption or "", entities)
    return {
        name: content[field]
        for name, field in zip(CAPTION_FIELDS, ("text", "entities"), strict=True)
        if content.get(field)
    }


def file_content(
    bot: Bot, kind: str, data: bytes, name: str, caption: str | None = None, entities: list[Json] | None = None
) -> Json:
    """A message with a newly uploaded file; kind is "document", "photo" or "animation"."""
    if kind == "photo":
        check_photo(data)
    stored = bot.world.files.store(data, FOLDERS[kind], name)
    return {**stored_content(bot, stored), **caption_content(caption, entities)}


def stored_content(bot: Bot, stored: StoredFile) -> Json:
    """The fields of a stored file in a message, with a new file_id."""
    if stored.folder == "photos":
        width, height = picture_size(stored.data)
        return {"photo": [bot.file_json(stored, width=width, height=height)]}
    about = {"file_name": stored.name, "mime_type": stored.mime_type}
    document = bot.file_json(stored, **{key: value for key, value in about.items() if value})
    if stored.folder == "animations":
        return {"animation": {**document, "width": 320, "height": 240, "duration": 1}, "document": document}
    return {"document": document}


def detected_kind(data: bytes, *, detection: bool) -> str:
    """GIF and MP4 documents become animations unless the detection is off (Bot API, sendDocument)."""
    moving = data.startswith((b"GIF87a", b"GIF89a")) or data[4:8] == b"ftyp"
    return "animation" if detection and moving else "document"


def check_photo(data: bytes) -> None:
    """Refuse what the server can't make a photo of."""
    if len(data) > MAX_PHOTO:
        raise bad_request(f"too big for a photo ({len(data)} bytes)")
    if not data.startswith(_PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    sides = picture_size(data)
    if sum(sides) > MAX_SIDES or max(sides) > MAX_RATIO * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG; an assumed size for others."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return 800, 600
