"""Presence of replicas to which Telegram brings updates: while one of them is there, nobody else may poll."""

import asyncio
from collections.abc import Awaitable, Callable

from pinstore.memory.tables import Tables
from pinstore.postgres.database import Database
from pinstore.postgres.lease import Lease
from pinstore.server.turn import BEAT, LEASE, POLL, REPLICAS

# Whoever polls loses the lease at once: the webhook ends his polls anyway.
_TAKE_OVER = f"""
INSERT INTO leases (name, owner, until) VALUES ('{POLL}', '{REPLICAS}', clock_timestamp() + ?1 * interval '1 second')
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until"""

_LAST_LEAVES = f"""
DELETE FROM leases WHERE name = '{POLL}' AND owner = '{REPLICAS}' AND NOT EXISTS (
    SELECT 1 FROM leases AS others WHERE others.name LIKE 'replica %' AND others.until > clock_timestamp())"""

_FORGET = "DELETE FROM leases WHERE name LIKE 'replica %' AND until < clock_timestamp() - interval '1 minute'"


class Presence:
    """Of one replica: a row of its own, and the one that says who is in charge, which all of them hold together."""

    def __init__(self, database: Database, on_beat: Callable[[Tables], Awaitable[None]]) -> None:
        """`on_beat` learns each second, in a transaction, what others have changed."""
        self._database = database
        self._on_beat = on_beat
        self._own = Lease("", LEASE)
        self._own.name = f"replica {self._own.owner}"

    async def show(self) -> None:
        """Be there, for a while."""
        await self._database.repeat(self._show)

    async def run(self) -> None:
        """Go on showing it until cancelled."""
        while True:
            await asyncio.sleep(BEAT)
            await self.show()

    async def leave(self) -> None:
        """End; who is the last lets others poll at once."""
        await self._database.repeat(self._leave)

    async def _show(self, tables: Tables) -> None:
        await tables.change(_TAKE_OVER, (LEASE,))
        await self._own.take(tables)
        await self._on_beat(tables)

    async def _leave(self, tables: Tables) -> None:
        await self._own.leave(tables)
        await tables.change(_FORGET)
        await tables.change(_LAST_LEAVES)
