"""The bot's table in PostgreSQL: the same columns, key and index, the same tap and rating.

Kinder to it than to ours in two things: a tap does not note its update's id, and clicks are not summed up. The number
of players is kept in a row of its own, as in ours, since counting them takes as long as the table is large.
"""

from collections.abc import Iterable
from typing import Any

import asyncpg

from bots.clicker.members import PLACES
from bots.clicker.players import MOST_CLICKS
from tests.benchmarks.proc import cpu_seconds

_SCHEMA = """
CREATE TABLE users (
    chatid bigint, name text NOT NULL, click bigint NOT NULL, state bigint NOT NULL, reached bigint NOT NULL
);
CREATE TABLE totals (users bigint NOT NULL);
CREATE SEQUENCE reached CACHE 1"""

_FINISH = """
ALTER TABLE users ADD PRIMARY KEY (chatid);
CREATE INDEX users_by_place ON users (click DESC, reached);
INSERT INTO totals SELECT count(*) FROM users;
SELECT setval('reached', (SELECT coalesce(max(reached), 0) + coalesce(sum(click), 0) + 1 FROM users)::bigint);
VACUUM ANALYZE users;
CHECKPOINT"""

_TAP = f"""
UPDATE users SET click = click + 1, reached = nextval('reached')
WHERE chatid = $1 AND click < {MOST_CLICKS} RETURNING click"""

_RATING = f"SELECT name, click FROM users ORDER BY click DESC, reached LIMIT {PLACES}"

_PLACE = """
SELECT 1 + (SELECT count(*) FROM users WHERE click > own.click)
         + (SELECT count(*) FROM users WHERE click = own.click AND reached < own.reached)
FROM users own WHERE chatid = $1"""


class PostgresTable:
    """Players in PostgreSQL, through one connection, which prepares each statement once."""

    def __init__(self, connection: asyncpg.Connection, pid: int) -> None:
        self._connection, self._pid = connection, pid

    @classmethod
    async def filled(cls, connection: asyncpg.Connection, rows: Iterable[Any]) -> "PostgresTable":
        """A new table with these (chatid, name, click, state, reached)."""
        await connection.execute(_SCHEMA)
        await connection.copy_records_to_table("users", records=rows)
        for statement in _FINISH.split(";"):
            await connection.execute(statement)
        return cls(connection, connection.get_server_pid())

    async def wait_for_disk(self, *, wait: bool) -> None:
        """Whether a commit waits until it is on disk, or may be lost in the next half second (synchronous_commit)."""
        await self._connection.execute(f"SET synchronous_commit = {'on' if wait else 'off'}")

    async def tap(self, chatid: int) -> int | None:
        """Count one click."""
        clicks: int | None = await self._connection.fetchval(_TAP, chatid)
        return clicks

    async def rating(self) -> str:
        """The number of players and the first of them."""
        number = await self._connection.fetchval("SELECT users FROM totals")
        best = enumerate(await self._connection.fetch(_RATING), 1)
        return f"Всего: {number}\n" + "".join(f"{place}: {row[0]} - {row[1]}🏆\n" for place, row in best)

    async def place(self, chatid: int) -> int | None:
        """A player's own place, counted along the index: PostgreSQL keeps no numbers of places."""
        place: int | None = await self._connection.fetchval(_PLACE, chatid)
        return place

    async def written(self) -> int:
        """Bytes of the write-ahead log so far."""
        written: int = await self._connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        return int(written)

    async def checkpoint(self) -> None:
        """Begin a new round: each page is written to the log as a whole when it is first changed after this."""
        await self._connection.execute("CHECKPOINT")

    def server_seconds(self) -> float:
        """Processor seconds of the server's process for this connection; its helpers are not counted."""
        return cpu_seconds(self._pid)
