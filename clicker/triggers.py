"""What SQLite does by itself at each change of a row: it notes key and move of the row, and keeps the totals."""

from collections.abc import Iterator

from clicker.database import Table


def triggers(table: Table) -> Iterator[str]:
    """Triggers that note each changed key under the current mark and how its row moved, and keep the totals."""
    name, key = table.name, table.key
    for event, row, step in (("INSERT", "new", 1), ("UPDATE", "new", 0), ("DELETE", "old", -1)):
        old, new = event != "INSERT", event != "DELETE"
        added = {total: f"new.{column}" for total, column in table.sums.items() if new}
        removed = {total: f"old.{column}" for total, column in table.sums.items() if old}
        sums = [
            f"UPDATE totals SET value = value + {added.get(total, 0)} - {removed.get(total, 0)} WHERE name = '{total}';"
            for total in table.sums
        ]
        count = f"UPDATE totals SET value = value + {step} WHERE name = '{name}';" if step else ""
        move = f"SELECT {name}_moved({_entry(table, old and 'old')}, {_entry(table, new and 'new')});"
        yield f"""
        CREATE TEMP TRIGGER {name}_{event.lower()} AFTER {event} ON {name} BEGIN
            INSERT INTO {name}_changes VALUES ({row}.{key}, (SELECT value FROM mark))
                ON CONFLICT (key) DO UPDATE SET mark = excluded.mark WHERE mark <> excluded.mark;
            {count} {" ".join(sums)} {move if table.ranking else ""}
        END"""


def _entry(table: Table, row: str | bool) -> str:
    """Where the row stands in the ranking, as `Places.note` takes it."""
    if not (row and table.ranking):
        return "NULL, NULL, NULL"
    most, least = table.ranking
    return f"-{row}.{most}, {row}.{least}, {row}.{table.key}"
