"""Every statement about players."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bots.clicker.bans import ban, unban
from bots.clicker.members import PLACES, share
from bots.clicker.tables import NOWHERE
from pinstore import Tables, Writer
from runtime.languages import Phrase
from runtime.people import BANNED, SERVED, SLICE_ROWS, Card, People

MOST_CLICKS = 2**53
"""The largest whole number that every JSON reader keeps exactly; counting stops there."""

_REGISTER = """
INSERT INTO users (chatid, name, reached) VALUES (?, ?, ?)
ON CONFLICT (chatid) DO UPDATE SET name = excluded.name WHERE users.name <> excluded.name"""

# Whoever taps has not blocked the bot, or has it no longer.
_TAP = f"""
UPDATE users SET click = click + 1, reached = ?, status = {SERVED}, name = coalesce(?, name)
WHERE chatid = ? AND click < {MOST_CLICKS} AND status <> {BANNED}"""

_TAPPED = "SELECT click, status, language FROM users WHERE chatid = ?"

_LANGUAGE = "SELECT language FROM users WHERE chatid = ?"

_CARD = "SELECT name, click, status, language, reached FROM users WHERE chatid = ?"

_NAMES_IN_GROUPS = f"SELECT number, name, userid FROM members WHERE number > ? ORDER BY number LIMIT {SLICE_ROWS}"

_RATING = f"""
SELECT chatid, name, click FROM users WHERE standing > {NOWHERE}
ORDER BY standing DESC, reached, chatid LIMIT {PLACES}"""

_PLAYER = f"SELECT name, click FROM users WHERE chatid = ? AND standing > {NOWHERE}"

_IS_SOMEBODY_BANNED = f"SELECT 1 FROM users WHERE standing <= {NOWHERE} LIMIT 1"

_RENAME = "UPDATE users SET name = ?2 WHERE chatid = ?1 AND name <> ?2"


class Tapped(NamedTuple):
    """What a tap has led to; the clicks of somebody BANNED stay what they were."""

    clicks: int
    status: int
    language: str
    """What the player has chosen, '' for that of his Telegram."""


@dataclass(frozen=True)
class Rating:
    """How many players there are, and some of them, best first, as (place, name, clicks)."""

    count: int
    places: list[tuple[int, str, int]]


class Players(People):
    """The players in the tables."""

    active = "reached"

    async def register(self, player: int, name: str) -> str:
        """Add a player with no clicks, or refresh the name of a known one; returns the language of his choice."""

        async def add(tables: Tables) -> str:
            await tables.change(_REGISTER, (player, name, await tables.order("users", "clicks")))
            return str((await tables.row(_LANGUAGE, (player,)))[0])

        return await self.store.write(add)

    async def tap(self, player: int, name: str | None = None, update: int | Writer = Writer.HANDLED) -> Tapped | None:
        """Count one click of a player who is not banned, and who is called so from now on; None for a stranger."""

        def count(tables: Tables) -> Tapped | None:
            if tables.run(_TAP, (_now(tables), name, player)).rowcount:
                row = tables.latest("users")
                return Tapped(row.click, SERVED, row.language)
            row = tables.execute(_TAPPED, (player,)).fetchone()
            return Tapped._make(row) if row else None

        return await self.store.write(count, update=update)

    async def rename(self, player: int, name: str) -> None:
        """Remember how a player is called now."""
        await self.store.write(lambda tables: tables.change(_RENAME, (player, name)))

    async def rating(self, player: int | None = None) -> Rating:
        """The first fifteen: most clicks first, of equals who got there first; then this player, if not among them."""
        return await self.store.read(lambda tables: _rating(tables, player))

    async def banned(self, tables: Tables, person: int) -> None:
        """In groups as well."""
        await ban(tables, person)

    async def unbanned(self, tables: Tables, person: int) -> None:
        """In groups as well."""
        await unban(tables, person)

    async def look_up(self, tables: Tables, person: int) -> Card | None:
        """A player, or who plays in groups alone."""
        row = await tables.row(_CARD, (person,))
        if row is None or row[4] == NOWHERE:
            return await _member(tables, person)
        name, clicks, status, language, _ = row
        place = None if status == BANNED else await tables.rank("users", person)
        where = (
            Phrase("rank {place} of {count}", place=place, count=await rated(tables)) if place else Phrase("not ranked")
        )
        return Card(person, name, status, language, (Phrase("clicks {clicks}", clicks=clicks), where))

    def names(self) -> Sequence[str]:
        """In private chats and in groups."""
        return (*super().names(), _NAMES_IN_GROUPS)


async def _member(tables: Tables, person: int) -> Card | None:
    found = await share(tables, person)
    if found is None:
        return None
    fact = Phrase("in {groups} groups only, clicks there {clicks}", groups=found.groups, clicks=found.clicks)
    return Card(person, found.name, found.status, None, (fact,))


async def _rating(tables: Tables, chatid: int | None) -> Rating:
    rows = await tables.fetch(_RATING)
    places = [(place, name, clicks) for place, (_, name, clicks) in enumerate(rows, 1)]
    if chatid is not None and all(row[0] != chatid for row in rows):
        player = await tables.row(_PLAYER, (chatid,))
        if player is not None:
            places.append((await tables.rank("users", chatid) or 0, *player))
    return Rating(await rated(tables), places)


async def rated(tables: Tables) -> int:
    """How many players are in the rating: all who are not banned."""
    (everybody,) = await tables.totals("users")
    if await tables.row(_IS_SOMEBODY_BANNED):
        return everybody - await tables.between("users", NOWHERE, NOWHERE)
    return everybody


def _now(tables: Tables) -> int:
    """All sign-ups and clicks so far and the one that comes: what `reached` becomes."""
    return tables.total("users") + tables.total("clicks") + 1
