"""What only the admin asks about players: the best of them, one of them, how many are active."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bots.clicker.members import share
from bots.clicker.players import BANNED, BLOCKED, NOWHERE, rated
from pinstore import Tables
from pinstore.memory.database import Database
from runtime.names import like, plain

SLICE_ROWS = 2_000
"""Neighbouring rows looked at in one turn of the database's lock: less than half a millisecond."""

_TOP = f"""
SELECT chatid, name, click FROM users WHERE standing > {NOWHERE} ORDER BY standing DESC, reached, chatid LIMIT ?"""

_FIND = "SELECT name, click, status, language, reached FROM users WHERE chatid = ?"

_NAMES = (
    f"SELECT chatid, name, chatid FROM users WHERE chatid > ? ORDER BY chatid LIMIT {SLICE_ROWS}",
    f"SELECT number, name, userid FROM members WHERE number > ? ORDER BY number LIMIT {SLICE_ROWS}",
)

_LAST = -(2**63)


@dataclass(frozen=True)
class Card:
    """All that is known of a player; `status` and `language` as in the table."""

    chatid: int
    name: str
    clicks: int
    status: int
    language: str
    place: int | None
    """In the rating; None for who is banned."""
    count: int
    """How many players are in the rating."""
    groups: int = 0
    """In how many groups he plays who has never written to the bot himself; `clicks` are those of these groups."""


@dataclass(frozen=True)
class Census:
    """How many players have done something since each of the moments asked for, and how many cannot play."""

    active: Sequence[int]
    blocked: int
    banned: int


class Roster:
    """Looks at the players' table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def top(self, number: int) -> list[tuple[int, str, int]]:
        """The best as (chatid, name, clicks), in the order of the rating."""
        return await self._database.read(lambda tables: tables.execute(_TOP, (number,)).fetchall())

    async def find(self, chatid: int) -> Card | None:
        """The player with this id."""
        return await self._database.read(lambda tables: _card(tables, chatid))

    def named(self, name: str, is_over: Callable[[], bool]) -> list[int]:
        """The ids of all who are called so, in private chats and in groups; blocks, until `is_over` at the most."""
        wanted, likeness, found = plain(name), like(name), dict[int, None]()
        for query in _NAMES:
            last = _LAST
            while not is_over():
                started = time.perf_counter()
                rows = self._database.look(lambda tables: tables.execute(query, (last,)).fetchall())  # noqa: B023
                if not rows:
                    break
                last = rows[-1][0]
                alike = [row for row in rows if likeness.fullmatch(row[1].casefold())]
                found.update((row[2], None) for row in alike if plain(row[1]) == wanted)
                time.sleep(max(time.perf_counter() - started, 0.0005))
        return list(found)

    def census(self, marks: Sequence[int], is_over: Callable[[], bool]) -> Census:
        """Count those whose `reached` is above each of `marks`, in short turns; blocks, until `is_over` at the most.

        `reached` of a player is the number of all sign-ups and clicks at his last one, see `bots.clicker.players`.
        """
        counts = ", ".join("coalesce(sum(reached > ?), 0)" for _ in marks)
        query = f"""
        SELECT max(chatid), coalesce(sum(status = {BLOCKED}), 0), coalesce(sum(status = {BANNED}), 0), {counts}
        FROM (SELECT chatid, reached, status FROM users WHERE chatid > ? ORDER BY chatid LIMIT {SLICE_ROWS})"""
        last, sums = _LAST, [0] * (2 + len(marks))
        while last is not None and not is_over():
            started = time.perf_counter()
            values = (*marks, last)
            last, *found = self._database.look(lambda tables: tables.execute(query, values).fetchone())  # noqa: B023
            sums = [one + other for one, other in zip(sums, found, strict=True)]
            time.sleep(max(time.perf_counter() - started, 0.0005))  # a lock is not fair by itself
        blocked, banned, *active = sums
        return Census(active, blocked, banned)


def _card(tables: Tables, chatid: int) -> Card | None:
    row = tables.execute(_FIND, (chatid,)).fetchone()
    if row is None or row[4] == NOWHERE:
        found = share(tables, chatid)
        return found and Card(chatid, found.name, found.clicks, found.status, "", None, 0, found.groups)
    place = None if row[2] == BANNED else tables.rank("users", chatid)
    name, clicks, status, language, _ = row
    return Card(chatid, name, clicks, status, language, place, rated(tables))
