"""Files in messages: kinds of media, and the fields that each has on the wire."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.state.content import caption_content
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json
    from emulator.state.files import StoredFile

MAX_PHOTO = 10_000_000  # Bot API, sendPhoto, as the next two
MAX_SIDES = 10_000
MAX_RATIO = 20
PICTURE = b"\xff\xd8\xff\xe0 a picture"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"RIFF")
_SIDES = (90, 320, 800, 1280)  # the longest sides of the sizes that a photo is kept in (core.telegram.org/api/files)


@dataclass(frozen=True)
class Kind:
    """A kind of media: first word of its file_path, usual file name, fields of each such file, and what it may have."""

    folder: str
    name: str
    about: dict[str, Any] = field(default_factory=dict)
    captioned: bool = True
    named: bool = True


_FRAME = {"width": 320, "height": 240, "duration": 1}
KINDS = {
    "photo": Kind("photos", "photo.jpg"),
    "video": Kind("videos", "video.mp4", _FRAME),
    "animation": Kind("animations", "animation.mp4", _FRAME),
    "audio": Kind("music", "audio.mp3", {"duration": 1}),
    "voice": Kind("voice", "voice.ogg", {"duration": 1, "mime_type": "audio/ogg"}, named=False),
    "video_note": Kind("video_notes", "note.mp4", {"length": 240, "duration": 1}, captioned=False, named=False),
    "sticker": Kind(
        "stickers",
        "sticker.webp",
        {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
        captioned=False,
        named=False,
    ),
    "document": Kind("documents", "file"),
}
_BY_FOLDER = {kind.folder: name for name, kind in KINDS.items()}


class Part(NamedTuple):
    """One part of an album that a person sends."""

    kind: str = "photo"
    data: bytes = PICTURE
    caption: str | None = None


def media_content(
    bot: Bot, kind: str, data: bytes, name: str = "", caption: str | None = None, entities: list[Json] | None = None
) -> Json:
    """A message with a newly uploaded file of this kind. KeyError for an unknown kind."""
    about = KINDS[kind]
    if caption and not about.captioned:
        raise ValueError(f"a {kind} has no caption")
    stored = store(bot, kind, data, name or about.name)
    return {**stored_content(bot, stored), **caption_content(caption, entities)}


def store(bot: Bot, kind: str, data: bytes, name: str) -> StoredFile:
    """Keep an upload as this kind of media; a photo in several sizes, all of them with the same bytes here."""
    files = bot.world.files
    if kind == "photo":
        check_photo(data)
    stored = files.store(data, KINDS[kind].folder, name)
    if kind == "photo":
        longest = max(picture_size(data))
        smaller = [files.store(data, stored.folder, name) for side in _SIDES if side < longest]
        sizes = (*smaller[:3], stored)
        for one in sizes:
            one.sizes = sizes
    return stored


def stored_content(bot: Bot, stored: StoredFile) -> Json:
    """The fields of a stored file in a message, with a new file_id; any size of a photo stands for the whole."""
    kind = _BY_FOLDER[stored.folder]
    if kind == "photo":
        return {"photo": [_size(bot, stored, one, index) for index, one in enumerate(stored.sizes)]}
    about = {"file_name": stored.name, "mime_type": stored.mime_type} if KINDS[kind].named else {}
    document = bot.file_json(stored, **{key: value for key, value in about.items() if value})
    if kind == "animation":
        return {"animation": {**document, **KINDS[kind].about}, "document": document}
    return {kind: {**document, **KINDS[kind].about}}


def kind_of(message: Json) -> str | None:
    """Which kind of media a message has, None for none; an animation has the field document, too."""
    return next((kind for kind in KINDS if kind in message), None)


def with_new_ids(bot: Bot, content: Json) -> Json:
    """The content with other file_ids of the same files, as a real server's file references make them."""
    content = dict(content)
    for name in KINDS.keys() & content.keys():
        old = content[name]
        content[name] = [_renewed(bot, size) for size in old] if isinstance(old, list) else _renewed(bot, old)
    return content


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


def _size(bot: Bot, whole: StoredFile, size: StoredFile, index: int) -> Json:
    width, height = picture_size(whole.data)
    if size is not whole.sizes[-1]:
        part = _SIDES[index] / max(width, height)
        width, height = max(1, round(width * part)), max(1, round(height * part))
    return bot.file_json(size, width=width, height=height)


def _renewed(bot: Bot, file: Json) -> Json:
    files = bot.world.files
    return {**file, "file_id": files.new_id(bot.id, files.find(bot.id, file["file_id"]))}
