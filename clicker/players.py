"""Every statement about players."""

from dataclasses import dataclass

from clicker.database import Database, Table, Tables

MOST_CLICKS = 2**53
"""The largest whole number that every JSON reader keeps exactly; counting stops there."""

PLACES = 15

PLAYS, BLOCKED, BANNED = range(3)
"""Status of a player: plays, has blocked the bot and gets no messages, is banned by the admin and not served."""

USERS = Table(
    name="users",
    columns=("chatid", "name", "click", "state", "reached", "language", "status"),
    # `language` is what the player has chosen, '' for that of his Telegram; `status` is one of those above.
    # `reached` orders players with equal clicks: it grows with every tap and sign-up, so who got there first has less.
    schema="""
    CREATE TABLE users (
        chatid INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        click INTEGER NOT NULL DEFAULT 0 CHECK (typeof(click) = 'integer' AND click >= 0),
        state INTEGER NOT NULL DEFAULT 0 CHECK (typeof(state) = 'integer'),
        reached INTEGER NOT NULL DEFAULT 0 CHECK (typeof(reached) = 'integer'),
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0 CHECK (typeof(status) = 'integer')
    )""",
    indexes=("CREATE INDEX users_by_place ON users (click DESC, reached)",),
    sums={"clicks": "click"},
    ranking=("click", "reached"),
)

_TOTAL = "SELECT value FROM totals WHERE name = "
_NOW = f"({_TOTAL}'users') + ({_TOTAL}'clicks') + 1"

_REGISTER = f"""
INSERT INTO users (chatid, name, reached) VALUES (?, ?, {_NOW})
ON CONFLICT (chatid) DO UPDATE SET name = excluded.name WHERE name <> excluded.name"""

_TAP = f"""
UPDATE users SET click = click + 1, reached = {_NOW} WHERE chatid = ? AND click < {MOST_CLICKS}"""

_RATING = f"SELECT chatid, name, click FROM users ORDER BY click DESC, reached, chatid LIMIT {PLACES}"

_PLAYER = "SELECT name, click FROM users WHERE chatid = ?"


@dataclass(frozen=True)
class Rating:
    """How many players there are, and some of them, best first, as (place, name, clicks)."""

    count: int
    places: list[tuple[int, str, int]]


class Players:
    """The players in the database; `update` is the update_id on whose behalf something changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, update: int, chatid: int, name: str) -> None:
        """Add a player with no clicks, or refresh the name of a known one."""
        await self._database.write(update, lambda tables: tables.execute(_REGISTER, (chatid, name)))

    async def tap(self, update: int, chatid: int) -> int | None:
        """Count one click; returns the player's clicks, or None for a stranger."""

        def count(tables: Tables) -> int | None:
            tables.execute(_TAP, (chatid,))
            return _clicks(tables, chatid)

        return await self._database.write(update, count)

    async def is_known(self, chatid: int) -> bool:
        """Tell whether this player has signed up."""
        return await self._database.read(lambda tables: _clicks(tables, chatid)) is not None

    async def rating(self, chatid: int | None = None) -> Rating:
        """The first fifteen: most clicks first, of equals who got there first; then this player, if not among them."""
        return await self._database.read(lambda tables: _rating(tables, chatid))

    async def totals(self) -> dict[str, int]:
        """`users` and `clicks` in all."""
        return await self._database.read(
            lambda tables: {name: _total(tables, name) for name in (USERS.name, *USERS.sums)}
        )


def _rating(tables: Tables, chatid: int | None) -> Rating:
    rows = tables.execute(_RATING).fetchall()
    places = [(place, name, clicks) for place, (_, name, clicks) in enumerate(rows, 1)]
    if chatid is not None and all(row[0] != chatid for row in rows):
        place = tables.places[USERS.name].place(tables, chatid)
        if place is not None:
            places.append((place, *tables.execute(_PLAYER, (chatid,)).fetchone()))
    return Rating(_total(tables, USERS.name), places)


def _clicks(tables: Tables, chatid: int) -> int | None:
    row = tables.execute("SELECT click FROM users WHERE chatid = ?", (chatid,)).fetchone()
    return None if row is None else int(row[0])


def _total(tables: Tables, name: str) -> int:
    return int(tables.execute(f"{_TOTAL}?", (name,)).fetchone()[0])
