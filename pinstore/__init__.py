"""The library: SQLite in memory whose disk is a pinned Telegram message, updates counted exactly once."""

from typing import TYPE_CHECKING

from pinstore import errors
from pinstore.chat import retry
from pinstore.chat.held import DocumentMessage
from pinstore.chat.methods import CALL_TIME, Download, PlainMethod, upload_time
from pinstore.chat.notes import Place
from pinstore.copies.document import Document
from pinstore.copies.found import LoadedCopy, StoredCopy
from pinstore.fsm import FSMStorage
from pinstore.keeper import Keeper
from pinstore.keeping.catalog import Copies
from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.status import Status
from pinstore.store import Store
from pinstore.updates.fast import BatchPath, FastPath, RawUpdate
from pinstore.working import Writer

if TYPE_CHECKING:
    from pinstore.server.store import ServerStore

__all__ = [
    "CALL_TIME",
    "BatchPath",
    "Copies",
    "Document",
    "DocumentMessage",
    "Download",
    "FSMStorage",
    "FastPath",
    "Keeper",
    "Listener",
    "LoadedCopy",
    "Place",
    "PlainMethod",
    "RawUpdate",
    "ServerStore",
    "Status",
    "Store",
    "StoredCopy",
    "Table",
    "Tables",
    "Writer",
    "errors",
    "retry",
    "upload_time",
]


def __getattr__(name: str) -> type:
    """The store on a server is imported when somebody asks for it, and what it needs with it."""
    if name != "ServerStore":
        raise AttributeError(name)
    from pinstore.server.store import ServerStore  # noqa: PLC0415

    return ServerStore
