"""Numbers that outlive rows."""

from pinstore import Tables

_NEXT = """
INSERT INTO counters VALUES (?, 1)
ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"""
_GET = "SELECT value FROM counters WHERE name = ?"
_DROP = "DELETE FROM counters WHERE name = ?"
_SET = "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def following(tables: Tables, name: int) -> int:
    """A number that was never given."""
    return int(tables.execute(_NEXT, (name,)).fetchone()[0])


def value(tables: Tables, name: int) -> int:
    """What it is now, 0 at first."""
    row = tables.execute(_GET, (name,)).fetchone()
    return int(row[0]) if row else 0


def turn(tables: Tables, name: int, to: int) -> None:
    """Make it this."""
    tables.execute(_SET, (name, to))


def drop(tables: Tables, name: int) -> None:
    """Know nothing of it."""
    tables.execute(_DROP, (name,))


def rise(tables: Tables, name: int, to: int) -> None:
    """Make it this unless it is more."""
    if to > value(tables, name):
        turn(tables, name, to)
