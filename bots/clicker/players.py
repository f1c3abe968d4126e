"""Every statement about players."""

from dataclasses import dataclass
from typing import NamedTuple

from pinstore import Table, Tables
from pinstore.memory.database import Database

MOST_CLICKS = 2**53
"""The largest whole number that every JSON reader keeps exactly; counting stops there."""

PLACES = 15

PLAYS, BLOCKED, BANNED = range(3)
"""Status of a player: plays, has blocked the bot and gets no messages, is banned by the admin and not served."""

NOWHERE = -1
"""The standing of whoever is in no rating."""

USERS = Table(
    # `language` is what the player has chosen, '' for that of his Telegram; `status` is one of those above.
    # `reached` orders players with equal clicks: it grows with every tap and sign-up, so who got there first has less;
    # it is below 0 for who plays in groups alone and has a row only because he is banned.
    # `standing` ranks who is banned behind everybody else.
    f"""
    CREATE TABLE users (
        chatid INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        click INTEGER NOT NULL DEFAULT 0 CHECK (typeof(click) = 'integer' AND click >= 0),
        state INTEGER NOT NULL DEFAULT 0 CHECK (typeof(state) = 'integer'),
        reached INTEGER NOT NULL DEFAULT 0 CHECK (typeof(reached) = 'integer'),
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0 CHECK (typeof(status) = 'integer'),
        standing INTEGER GENERATED ALWAYS AS (CASE status WHEN {BANNED} THEN {NOWHERE} ELSE click END) VIRTUAL
    )""",
    indexes=("CREATE INDEX users_by_place ON users (standing DESC, reached)",),
    sums={"clicks": "click"},
    ranking=("standing", "reached"),
    watch=("language",),
)

_REGISTER = """
INSERT INTO users (chatid, name, reached) VALUES (?, ?, ?)
ON CONFLICT (chatid) DO UPDATE SET name = excluded.name WHERE name <> excluded.name"""

# Whoever taps has not blocked the bot, or has it no longer.
_TAP = f"""
UPDATE users SET click = click + 1, reached = ?, status = {PLAYS}, name = coalesce(?, name)
WHERE chatid = ? AND click < {MOST_CLICKS} AND status <> {BANNED}"""

_TAPPED = "SELECT click, status, language FROM users WHERE chatid = ?"

_CHOOSE = "UPDATE users SET language = ?2 WHERE chatid = ?1 AND language <> ?2"

_REPLACE_STATUS = "UPDATE users SET status = ?3 WHERE chatid = ?1 AND status = ?2"

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


class Players:
    """The players in the database; `update` is the update_id on whose behalf something changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, update: int, chatid: int, name: str) -> str:
        """Add a player with no clicks, or refresh the name of a known one; returns the language of his choice."""

        def add(tables: Tables) -> str:
            tables.execute(_REGISTER, (chatid, name, _now(tables)))
            return _language(tables, chatid) or ""

        return await self._database.write(update, add)

    async def tap(self, update: int, chatid: int, name: str | None = None) -> Tapped | None:
        """Count one click of a player who is not banned, and who is called so from now on; None for a stranger."""

        def count(tables: Tables) -> Tapped | None:
            if tables.change(_TAP, (_now(tables), name, chatid)):
                row = tables.latest("users")
                return Tapped(row.click, PLAYS, row.language)
            row = tables.execute(_TAPPED, (chatid,)).fetchone()
            return Tapped._make(row) if row else None

        return await self._database.write(update, count)

    async def rename(self, update: int, chatid: int, name: str) -> None:
        """Remember how a player is called now."""
        await self._database.write(update, lambda tables: tables.execute(_RENAME, (chatid, name)))

    async def choose(self, update: int, chatid: int, language: str) -> None:
        """Remember in which language a player wants to be answered."""
        await self._database.write(update, lambda tables: tables.execute(_CHOOSE, (chatid, language)))

    async def language(self, chatid: int) -> str | None:
        """The language of a player's choice, '' for that of his Telegram; None for a stranger."""
        return await self._database.read(lambda tables: _language(tables, chatid))

    async def block(self, chatid: int) -> bool:
        """Note that a player has blocked the bot; returns whether that is news. Who is banned stays so."""
        return await self._replace_status(chatid, PLAYS, BLOCKED)

    async def unblock(self, chatid: int) -> bool:
        """Note that a player is back; returns whether that is news."""
        return await self._replace_status(chatid, BLOCKED, PLAYS)

    async def status(self, chatid: int) -> int | None:
        """PLAYS, BLOCKED or BANNED; None for a stranger."""

        def look(tables: Tables) -> int | None:
            row = tables.execute(_TAPPED, (chatid,)).fetchone()
            return Tapped._make(row).status if row else None

        return await self._database.read(look)

    async def is_known(self, chatid: int) -> bool:
        """Tell whether this player has signed up."""
        return await self._database.read(lambda tables: _clicks(tables, chatid)) is not None

    async def rating(self, chatid: int | None = None) -> Rating:
        """The first fifteen: most clicks first, of equals who got there first; then this player, if not among them."""
        return await self._database.read(lambda tables: _rating(tables, chatid))

    async def totals(self) -> dict[str, int]:
        """`users` and `clicks` in all."""
        return await self._database.read(lambda tables: {name: tables.total(name) for name in ("users", "clicks")})

    async def _replace_status(self, chatid: int, old: int, new: int) -> bool:
        return await self._database.write(
            None, lambda tables: tables.execute(_REPLACE_STATUS, (chatid, old, new)).rowcount > 0
        )


def _rating(tables: Tables, chatid: int | None) -> Rating:
    rows = tables.execute(_RATING).fetchall()
    places = [(place, name, clicks) for place, (_, name, clicks) in enumerate(rows, 1)]
    if chatid is not None and all(row[0] != chatid for row in rows):
        player = tables.execute(_PLAYER, (chatid,)).fetchone()
        if player is not None:
            places.append((tables.rank("users", chatid) or 0, *player))
    return Rating(rated(tables), places)


def rated(tables: Tables) -> int:
    """How many players are in the rating: all who are not banned."""
    if tables.execute(_IS_SOMEBODY_BANNED).fetchone():
        return tables.before("users", NOWHERE)
    return tables.total("users")


def _clicks(tables: Tables, chatid: int) -> int | None:
    row = tables.execute("SELECT click FROM users WHERE chatid = ?", (chatid,)).fetchone()
    return None if row is None else int(row[0])


def _language(tables: Tables, chatid: int) -> str | None:
    row = tables.execute("SELECT language FROM users WHERE chatid = ?", (chatid,)).fetchone()
    return None if row is None else str(row[0])


def _now(tables: Tables) -> int:
    """All sign-ups and clicks so far and the one that comes: what `reached` becomes."""
    return tables.total("users") + tables.total("clicks") + 1
