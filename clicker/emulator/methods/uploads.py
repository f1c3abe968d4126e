"""The file a call means: uploaded with it, or stored before and named by its id.

Source: tdlib/telegram-bot-api, Client.cpp, get_input_file; tdlib/td, FileManager.cpp, from_persistent_id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clicker.emulator.content import FOLDERS, check_photo, detected_kind, stored_content
from clicker.emulator.errors import bad_request

if TYPE_CHECKING:
    from clicker.emulator.bots import Bot
    from clicker.emulator.chats import Json
    from clicker.emulator.files import StoredFile
    from clicker.emulator.parameters import Parameters, Upload

ATTACH = "attach://"


@dataclass(frozen=True)
class InputFile:
    """Either an upload or a stored file."""

    bot: Bot
    upload: Upload | None
    stored: StoredFile | None

    def content(self, kind: str, *, detection: bool = True) -> Json:
        """The message fields of the file; an upload is stored now. kind is "document" or "photo"."""
        stored = self.stored
        if self.upload is not None:
            data = self.upload.data
            if kind == "photo":
                check_photo(data)
            folder = FOLDERS[kind if kind == "photo" else detected_kind(data, detection=detection)]
            stored = self.bot.telegram.files.store(data, folder, self.upload.name)
        elif stored is not None and (kind == "photo") != (stored.folder == "photos"):
            raise bad_request(f"can't use file of type {stored.folder[:-1].capitalize()} as {kind.capitalize()}")
        assert stored is not None
        return stored_content(self.bot, stored)


def input_file(bot: Bot, parameters: Parameters, value: str, field: str = "") -> InputFile | None:
    """The file of a value: "attach://name", a file_id, or an upload under the field's own name. None: no file."""
    name = value[len(ATTACH) :] if value.startswith(ATTACH) else field
    upload = parameters.files.get(name)
    if upload is not None and (value.startswith(ATTACH) or not value):
        if not upload.data:
            raise bad_request("file must be non-empty")
        return InputFile(bot, upload, None)
    if not value or value.startswith(ATTACH):
        return None
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    try:
        return InputFile(bot, None, bot.telegram.files.find(bot.id, value))
    except LookupError:
        raise bad_request("wrong remote file identifier specified: Wrong character in the string") from None
