"""Leases: who of several does what one is enough for, by the server's clock. Correctness never rests on them."""

import secrets

from pinstore.memory.tables import Tables

_TAKE = """
INSERT INTO leases (name, owner, until) VALUES (?1, ?2, clock_timestamp() + ?3 * interval '1 second')
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
WHERE leases.owner = excluded.owner OR leases.until < clock_timestamp()"""

_LEAVE = "DELETE FROM leases WHERE name = ? AND owner = ?"


class Lease:
    """One of them, as this process sees it."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self.owner = secrets.token_hex(8)

    async def take(self, tables: Tables) -> bool:
        """Take it, or hold it longer; False while it is somebody else's."""
        return await tables.change(_TAKE, (self.name, self.owner, self.seconds)) > 0

    async def leave(self, tables: Tables) -> None:
        """Give it up, so that nobody has to wait for its end."""
        await tables.change(_LEAVE, (self.name, self.owner))
