"""Every statement about players."""

import sqlite3
from dataclasses import dataclass

from clicker.database import Database, Table

MOST_CLICKS = 2**53
"""The largest whole number that every JSON reader keeps exactly; counting stops there."""

PLACES = 15

USERS = Table(
    name="users",
    columns=("chatid", "name", "click", "state", "reached"),
    # `reached` orders players with equal clicks: it grows with every tap and sign-up, so who got there first has less.
    schema="""
    CREATE TABLE users (
        chatid INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        click INTEGER NOT NULL DEFAULT 0 CHECK (typeof(click) = 'integer' AND click >= 0),
        state INTEGER NOT NULL DEFAULT 0 CHECK (typeof(state) = 'integer'),
        reached INTEGER NOT NULL DEFAULT 0 CHECK (typeof(reached) = 'integer')
    )""",
    indexes=("CREATE INDEX users_by_place ON users (click DESC, reached)",),
    sums={"clicks": "click"},
)

_NOW = "(SELECT sum(value) + 1 FROM totals WHERE name IN ('users', 'clicks'))"

_REGISTER = f"""
INSERT INTO users (chatid, name, reached) VALUES (?, ?, {_NOW})
ON CONFLICT (chatid) DO UPDATE SET name = excluded.name WHERE name <> excluded.name"""

_TAP = f"""
UPDATE users SET click = click + 1, reached = {_NOW} WHERE chatid = ? AND click < {MOST_CLICKS}"""

_RATING = f"SELECT name, click FROM users ORDER BY click DESC, reached LIMIT {PLACES}"


@dataclass(frozen=True)
class Rating:
    """How many players there are, and the first of them as (name, clicks)."""

    count: int
    places: list[tuple[str, int]]


class Players:
    """The players in the database; `update` is the update_id on whose behalf something changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, update: int, chatid: int, name: str) -> None:
        """Add a player with no clicks, or refresh the name of a known one."""
        await self._database.write(update, lambda connection: connection.execute(_REGISTER, (chatid, name)))

    async def tap(self, update: int, chatid: int) -> int | None:
        """Count one click; returns the player's clicks, or None for a stranger."""

        def count(connection: sqlite3.Connection) -> int | None:
            connection.execute(_TAP, (chatid,))
            return _clicks(connection, chatid)

        return await self._database.write(update, count)

    async def is_known(self, chatid: int) -> bool:
        """Tell whether this player has signed up."""
        return await self._database.read(lambda connection: _clicks(connection, chatid)) is not None

    async def rating(self) -> Rating:
        """The number of players and the first fifteen: most clicks first, of equals who got there first."""
        return await self._database.read(
            lambda connection: Rating(_total(connection, "users"), connection.execute(_RATING).fetchall())
        )

    async def totals(self) -> dict[str, int]:
        """`users` and `clicks` in all."""
        return await self._database.read(
            lambda connection: {name: _total(connection, name) for name in (USERS.name, *USERS.sums)}
        )


def _clicks(connection: sqlite3.Connection, chatid: int) -> int | None:
    row = connection.execute("SELECT click FROM users WHERE chatid = ?", (chatid,)).fetchone()
    return None if row is None else int(row[0])


def _total(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute("SELECT value FROM totals WHERE name = ?", (name,)).fetchone()[0])
