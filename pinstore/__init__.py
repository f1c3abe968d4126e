"""The library: SQLite in memory whose disk is a pinned Telegram message, updates counted exactly once."""

from pinstore.chat.pointer import Place
from pinstore.errors import NotSetUpError, SecondWriteError, StoreError
from pinstore.fsm import FSMStorage
from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.memory.tables import Row, Tables
from pinstore.status import Status
from pinstore.store import HANDLED, Durability, Store
from pinstore.updates.fast import FastPath, RawUpdate

__all__ = [
    "HANDLED",
    "Durability",
    "FSMStorage",
    "FastPath",
    "Listener",
    "NotSetUpError",
    "Place",
    "RawUpdate",
    "Row",
    "SecondWriteError",
    "Status",
    "Store",
    "StoreError",
    "Table",
    "Tables",
]
