"""Everything uploaded: stored files, their many ids, and the links they are downloaded by."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import secrets
import struct
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.clock import Clock

MAX_DOWNLOAD = 20 << 20  # tdlib/telegram-bot-api, Client.h, MAX_DOWNLOAD_FILE_SIZE
LINK_LIFETIME = 3600.0  # Bot API, getFile: "at least 1 hour"; here exactly that
_LAYOUT = struct.Struct(">QQI")
_SIGNATURE = 9


class UnknownFileError(LookupError):
    """A file_id that is none, or another bot's."""


@dataclass(eq=False)
class StoredFile:
    """One upload. `folder` begins its path; name and type are "" if unknown; sizes: those of a photo, ascending."""

    number: int
    unique_id: str
    data: bytes
    folder: str
    name: str
    mime_type: str
    sizes: tuple[StoredFile, ...] = ()

    @property
    def path(self) -> str:
        """What getFile calls file_path."""
        return f"{self.folder}/file_{self.number}{PurePosixPath(self.name).suffix}"


class Files:
    """All files of all bots; they stay when messages go.

    A file has any number of valid ids (a real one contains a changing file reference) and one unique id.
    Sources: Bot API, File; tdlib/td, FileNode::get_persistent_id and get_unique_id.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(16)
        self._links: dict[tuple[int, str], float] = {}
        self.stored: list[StoredFile] = []
        self._by_path: dict[str, StoredFile] = {}
        self.folder: Path | None = None
        """Where a server that runs with --local puts files; None: they are downloaded."""

    def store(self, data: bytes, folder: str, name: str, mime_type: str = "") -> StoredFile:
        """Keep a new upload; it gets a new unique id even if the same bytes were uploaded before."""
        number = len(self.stored)
        mime_type = mime_type or mimetypes.guess_type(name)[0] or ""
        stored = StoredFile(number, f"AgAD{secrets.token_hex(6)}", data, folder, name, mime_type)
        self.stored.append(stored)
        self._by_path[stored.path] = stored
        return stored

    def new_id(self, bot_id: int, stored: StoredFile) -> str:
        """Another file_id of this file, valid for this bot for ever."""
        body = _LAYOUT.pack(bot_id, stored.number, secrets.randbits(32))
        return "BQACAgI" + base64.urlsafe_b64encode(body + self._sign(body)).decode().rstrip("=")

    def find(self, bot_id: int, file_id: str) -> StoredFile:
        """The file of this id. UnknownFileError if the id is bad or another bot's."""
        owner, stored = self._read(file_id)
        if owner != bot_id:
            raise UnknownFileError(file_id)
        return stored

    def open(self, file_id: str) -> StoredFile:
        """The file of this id, whichever bot has it. UnknownFileError if the id is bad."""
        return self._read(file_id)[1]

    def _read(self, file_id: str) -> tuple[int, StoredFile]:
        """The bot that an id was given to, and the file."""
        text = file_id[7:]
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            owner, number, _ = _LAYOUT.unpack(raw[: _LAYOUT.size])
        except (ValueError, struct.error):
            raise UnknownFileError(file_id) from None
        if raw[_LAYOUT.size :] != self._sign(raw[: _LAYOUT.size]):
            raise UnknownFileError(file_id)
        return owner, self.stored[number]

    def open_link(self, bot_id: int, stored: StoredFile) -> str:
        """Make the file downloadable by this bot for an hour; returns its file_path."""
        self._links[bot_id, stored.path] = self._clock.now() + LINK_LIFETIME
        return stored.path

    def put(self, folder: Path, token: str, stored: StoredFile) -> str:
        """Put the file where a server with --local puts it; its path, which is no link (Bot API, local server)."""
        path = folder.absolute() / token / stored.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stored.data)
        return str(path)

    def linked(self, bot_id: int, path: str) -> StoredFile | None:
        """The file behind a link that is still valid, else None."""
        if self._links.get((bot_id, path), 0.0) < self._clock.now():
            return None
        return self._by_path[path]

    def _sign(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, key=self._secret, digest_size=_SIGNATURE).digest()
