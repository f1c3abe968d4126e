"""Charge: whether the tables on a server are served from there.

They are while the table of handled ids has its name: nothing is written without it. A move takes the name away, which
waits for what is being written and keeps out whatever comes later, of whichever process.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import asyncpg

from pinstore.errors import MovedError

NAME = "charge"
"""By which it is kept beside the tables."""

INCOMING = "incoming"
"""They were copied from Telegram, where they are served until the move is finished."""
LEAVING = "leaving"
"""They are being copied to Telegram: what is here counts, and nobody is served until the move is finished."""
GONE = "gone"
"""They were moved to Telegram."""

_READ = "SELECT value FROM kept WHERE name = 'charge' FOR UPDATE"
_WRITE = "INSERT INTO kept VALUES ('charge', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_NAME = "SELECT value FROM kept WHERE name = 'store'"
_CLEAR = "DELETE FROM kept WHERE name = 'charge'"
_HIDE = "ALTER TABLE IF EXISTS handled RENAME TO handled_away"
_SHOW = "ALTER TABLE IF EXISTS handled_away RENAME TO handled"


class Charge(NamedTuple):
    """Why they are not served from there."""

    state: str
    move: str
    """Which move it is: of two that meet the later one goes on."""

    @classmethod
    def parse(cls, value: str | None) -> "Charge | None":
        """From how it is kept; None: they are served, if there are any."""
        return cls(*value.split()) if value else None

    @property
    def target(self) -> str:
        """Where they were to be moved, in words."""
        return "PostgreSQL" if self.state == INCOMING else "Telegram"

    @property
    def error(self) -> MovedError:
        """What whoever would serve them there is told."""
        return MovedError(self.target, into_server=self.state == INCOMING, is_finished=self.state == GONE)


Decide = Callable[[Charge, str], Awaitable[bool]]
"""Whether tables in this state, of the database of this name, are served from there all the same: Telegram tells."""


async def read(connection: asyncpg.Connection) -> Charge | None:
    """None: they are served, if there are any. What is read stays so until the end of the transaction."""
    return Charge.parse(await connection.fetchval(_READ))


async def is_served(connection: asyncpg.Connection) -> bool:
    """Whether what comes can be written."""
    found: bool = await connection.fetchval("SELECT to_regclass('handled') IS NOT NULL")
    return found


async def settle(connection: asyncpg.Connection, decide: Decide) -> None:
    """Serve them if a move that was broken off has left them in charge, else raise MovedError.

    Whoever moves tables away looks at the same row before he lets Telegram serve, and finds there that he was late.
    """
    if (charge := await read(connection)) and await decide(charge, await connection.fetchval(_NAME) or ""):
        await take(connection)
    await forbid(connection)


async def forbid(connection: asyncpg.Connection) -> None:
    """Raise MovedError if they are not served from there."""
    if charge := await read(connection):
        raise charge.error


async def give(connection: asyncpg.Connection, charge: Charge) -> None:
    """They are not served from there any more."""
    await connection.execute("SET LOCAL lock_timeout TO '20s'")
    await connection.execute(_HIDE)
    await connection.execute(_WRITE, " ".join(charge))


async def take(connection: asyncpg.Connection) -> None:
    """They are served from there."""
    await connection.execute(_SHOW)
    await connection.execute(_CLEAR)
