"""The file a call means: uploaded with it, or stored before and named by its id.

Source: tdlib/telegram-bot-api, Client.cpp, get_input_file; tdlib/td, FileManager.cpp, from_persistent_id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.methods.parameters import Upload
from emulator.state.errors import bad_request
from emulator.state.media import detected_kind, store, stored_content

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json
    from emulator.state.files import StoredFile

ATTACH = "attach://"


@dataclass(frozen=True)
class InputFile:
    """Either an upload or a stored file."""

    bot: Bot
    source: Upload | StoredFile

    def content(self, kind: str, *, detection: bool = True) -> Json:
        """The message fields of the file; an upload is stored now. kind is one of KINDS."""
        stored = self._store(self.source, kind, detection=detection) if isinstance(self.source, Upload) else self.source
        if (kind == "photo") != (stored.folder == "photos"):
            raise bad_request(f"can't use file of type {stored.folder[:-1].capitalize()} as {kind.capitalize()}")
        return stored_content(self.bot, stored)

    def _store(self, upload: Upload, kind: str, *, detection: bool) -> StoredFile:
        if kind == "document":
            kind = detected_kind(upload.data, detection=detection)
        return store(self.bot, kind, upload.data, upload.name)


def input_file(bot: Bot, parameters: Parameters, value: str, field: str = "") -> InputFile | None:
    """The file of a value: "attach://name", a file_id, or an upload under the field's own name. None: no file."""
    name = value[len(ATTACH) :] if value.startswith(ATTACH) else field
    upload = parameters.files.get(name)
    if upload is not None and (value.startswith(ATTACH) or not value):
        if not upload.data:
            raise bad_request("file must be non-empty")
        return InputFile(bot, upload)
    if not value or value.startswith(ATTACH):
        return None
    if value.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    try:
        return InputFile(bot, bot.world.files.find(bot.id, value))
    except LookupError:
        raise bad_request("wrong remote file identifier specified: Wrong character in the string") from None
