"""A bot that is no clicker: guests put jars on a shelf. Nothing that is shared knows its tables, totals or words."""

from collections.abc import Sequence
from pathlib import Path

from aiogram import Router
from aiogram.filters import CommandStart
from aiogram.types import Message

from pinstore import Store, Table, Tables
from runtime.app import App, Total
from runtime.filters import Private, Text
from runtime.outbox.outbox import Outbox

GUESTS = Table(
    """
    CREATE TABLE guests (
        guest INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0
    )"""
)
JARS = Table("CREATE TABLE jars (number INTEGER PRIMARY KEY, guest INTEGER NOT NULL, label TEXT NOT NULL)")

_COME = "INSERT INTO guests (guest, name) VALUES (?, ?) ON CONFLICT (guest) DO UPDATE SET name = excluded.name"
_PUT = "INSERT INTO jars (guest, label) VALUES (?, ?)"


async def come(message: Message, store: Store, outbox: Outbox) -> None:
    """A guest."""
    await store.write(lambda tables: tables.execute(_COME, (message.chat.id, message.chat.first_name or "")))
    outbox.send(message.chat.id, "Shelf")


async def put(message: Message, store: Store, outbox: Outbox) -> None:
    """A jar."""

    def add(tables: Tables) -> int:
        tables.execute(_PUT, (message.chat.id, message.text))
        return tables.total("jars")

    outbox.send(message.chat.id, f"Jars: {await store.write(add)}")


def _routers() -> Sequence[Router]:
    router = Router(name="pantry")
    router.message.filter(Private())
    router.message.register(come, CommandStart())
    router.message.register(put, Text())
    return (router,)


app = App(
    name="pantry",
    tables=(GUESTS, JARS),
    routers=_routers,
    locales=Path(__file__).parent / "locales",
    totals=(Total("guests", "guests", "Guests."), Total("jars", "jars", "Jars on the shelf.")),
    without=frozenset(["top"]),
)
