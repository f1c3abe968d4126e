"""The one-time code that replicas agree on: whichever of them is asked, knows it."""

from pinstore.memory.tables import Tables

_LAY = "INSERT INTO kept (name, value) VALUES ('code', ?) ON CONFLICT (name) DO NOTHING"
_FOUND = "SELECT value FROM kept WHERE name = 'code'"
_FORGET = "DELETE FROM kept WHERE name = 'code'"


async def agreed(tables: Tables, ours: str) -> str:
    """The code of whoever was first."""
    await tables.change(_LAY, (ours,))
    return str((await tables.row(_FOUND))[0])


async def used(tables: Tables) -> None:
    """It counts no more."""
    await tables.change(_FORGET)
