"""Every statement about the people of a bot: its first table, whose key is the id of a private chat."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pinstore import Keeper, Table, Tables
from runtime.languages import Phrase

SERVED, BLOCKED, BANNED = range(3)
"""Status of a person: is served, has blocked the bot and gets no messages, is banned by the admin and not served."""

SLICE_ROWS = 2_000
"""Neighbouring rows looked at in one turn of the lock: less than half a millisecond."""


@dataclass(frozen=True)
class Card:
    """All that the admin is told of a person."""

    id: int
    name: str
    status: int
    language: str | None
    """The one that he has chosen, "" for that of his Telegram; None for somebody who has never written to the bot."""
    facts: tuple[Phrase, ...] = ()
    """What the bot knows of him beside that."""


class People:
    """The people in the tables; a bot that knows more of them has a class of its own."""

    active: ClassVar[str | None] = None
    """The column that is set to the sum of both totals whenever a person does something; None if there is none."""

    def __init__(self, store: Keeper, table: Table) -> None:
        """`table` has the columns `name`, `language` and `status` beside its key."""
        self.store = store
        self.table = table
        name, key = table.name, table.key
        self._one = f"SELECT name, status, language FROM {name} WHERE {key} = ?"
        self._replace = f"UPDATE {name} SET status = ?3 WHERE {key} = ?1 AND status = ?2"
        self._set = f"UPDATE {name} SET status = ?2 WHERE {key} = ?1 AND status <> ?2"
        self._choose = f"UPDATE {name} SET language = ?2 WHERE {key} = ?1 AND language <> ?2"
        self._slice = (
            f"SELECT {key}, status = {SERVED} AS is_served FROM {name} WHERE {key} > ? "
            f"ORDER BY {key} LIMIT {SLICE_ROWS}"
        )

    async def status(self, person: int) -> int | None:
        """SERVED, BLOCKED or BANNED; None for a stranger."""
        row = await self._row(person)
        return row[1] if row else None

    async def language(self, person: int) -> str | None:
        """The language of his choice, "" for that of his Telegram; None for a stranger."""
        row = await self._row(person)
        return row[2] if row else None

    def chosen(self, person: int) -> str | None:
        """As `language`, at once."""
        row = self.store.look(lambda tables: tables.row(self._one, (person,)))
        return row[2] if row else None

    async def choice(self, tables: Tables, person: int) -> str:
        """As `language`, in a transaction that is open; "" for a stranger."""
        row = await tables.row(self._one, (person,))
        return row[2] if row else ""

    async def choose(self, person: int, language: str) -> None:
        """Remember in which language a person wants to be answered."""
        await self.store.write(lambda tables: tables.change(self._choose, (person, language)))

    async def block(self, person: int) -> bool:
        """Note that he has blocked the bot; returns whether that is news. Who is banned stays so."""
        return await self._turn(person, SERVED, BLOCKED)

    async def unblock(self, person: int) -> bool:
        """Note that he is back; returns whether that is news."""
        return await self._turn(person, BLOCKED, SERVED)

    async def ban(self, person: int) -> None:
        """Serve him no more; what he has stays what it is."""
        await self.store.write(lambda tables: self.banned(tables, person))

    async def unban(self, person: int) -> None:
        """Serve him again."""
        await self.store.write(lambda tables: self.unbanned(tables, person))

    async def banned(self, tables: Tables, person: int) -> None:
        """As `ban`, in a transaction that is open."""
        await tables.change(self._set, (person, BANNED))

    async def unbanned(self, tables: Tables, person: int) -> None:
        """As `unban`, in a transaction that is open."""
        await tables.change(self._set, (person, SERVED))

    async def card(self, person: int) -> Card | None:
        """What is told of him; None for a stranger."""
        return await self.store.read(lambda tables: self.look_up(tables, person))

    async def look_up(self, tables: Tables, person: int) -> Card | None:
        """As `card`, in a transaction that is open."""
        row = await tables.row(self._one, (person,))
        if row is None:
            return None
        name, status, language = row
        return Card(person, name, status, language, await self.facts(tables, person))

    async def facts(self, tables: Tables, person: int) -> tuple[Phrase, ...]:
        """What the bot knows of somebody who is in the table."""
        return ()

    async def best(self, number: int) -> list[tuple[int, str, int]]:
        """The first of the table's ranking as (id, name, value); who is banned stands in none."""
        if self.table.ranking is None:
            return []
        first, second = self.table.ranking
        query = (
            f"SELECT {self.table.key}, name, {first} FROM {self.table.name} "
            f"WHERE status <> {BANNED} ORDER BY {first} DESC, {second} LIMIT ?"
        )
        return await self.store.read(lambda tables: tables.fetch(query, (number,)))

    def names(self) -> Sequence[str]:
        """Statements that find the next rows above a number as (number, name, id of a person)."""
        key, name = self.table.key, self.table.name
        return (f"SELECT {key}, name, {key} FROM {name} WHERE {key} > ? ORDER BY {key} LIMIT {SLICE_ROWS}",)

    async def after(self, person: int) -> list[tuple[int, bool]]:
        """The next people by id, and whether each can be reached."""
        return await self.store.read(lambda tables: tables.fetch(self._slice, (person,)))

    def served(self) -> int:
        """How many can be reached; blocks for a while, in short turns of the lock."""
        query = f"SELECT max({self.table.key}), count(*) FILTER (WHERE is_served) FROM ({self._slice}) AS slice"
        last: int | None = 0
        total = 0
        while last is not None:
            started, after = time.perf_counter(), last
            last, found = self.store.look(lambda tables: tables.row(query, (after,)))  # noqa: B023
            total += found
            leave_time(started)
        return total

    async def _row(self, person: int) -> tuple[str, int, str] | None:
        return await self.store.read(lambda tables: tables.row(self._one, (person,)))

    async def _turn(self, person: int, old: int, new: int) -> bool:
        return await self.store.write(lambda tables: tables.change(self._replace, (person, old, new)), update=None) > 0


def leave_time(started: float) -> None:
    """A lock is not fair by itself: leave as much time to others as this turn has taken."""
    time.sleep(max(time.perf_counter() - started, 0.0005))
