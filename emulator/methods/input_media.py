"""InputMedia: the file and caption of one part of a call. Source: Client.cpp, get_input_media."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.methods import formatted
from emulator.methods.uploads import input_file
from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.methods.formatted import Formatted
    from emulator.methods.parameters import Parameters
    from emulator.methods.uploads import InputFile
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

KNOWN = frozenset({"photo", "video", "animation", "audio", "document"})


class InputMedia(NamedTuple):
    """What was read: its type, its file, its caption (not measured yet), where that stands, and how files are seen."""

    kind: str
    file: InputFile
    caption: Formatted
    above: bool
    detection: bool

    def content(self) -> Json:
        """The fields of the message; an upload is stored now."""
        file = self.file.content(self.kind, detection=self.detection)
        return {**file, **formatted.caption_fields(self.caption)}


def read_media(bot: Bot, parameters: Parameters, media: Any, *, album: bool = False) -> InputMedia:
    """One InputMedia, or its refusal; in an album no animation, and documents stay documents."""
    if not isinstance(media, dict):
        raise _refusal("expected an Object")
    for name in ("caption", "parse_mode", "type", "media"):
        if not isinstance(media.get(name, ""), str):
            raise _refusal(f'Field "{name}" must be of type String')
    caption = formatted.parse(media.get("caption", ""), media.get("parse_mode", ""), media.get("caption_entities"))
    if "type" not in media:
        raise _refusal('Can\'t find field "type"')
    if media["type"] not in KNOWN:
        raise _refusal(f'type "{media["type"]}" is unsupported')
    if album and media["type"] == "animation":
        raise _refusal('type "animation" can\'t be used in sendMediaGroup')
    file = input_file(bot, parameters, media.get("media", ""))
    if file is None:
        raise _refusal("media not found")
    detection = not (album or media.get("disable_content_type_detection", False))
    return InputMedia(media["type"], file, caption, bool(media.get("show_caption_above_media")), detection)


def _refusal(complaint: str) -> Exception:
    return bad_request(f"Can't parse InputMedia: {complaint}")
