"""What SQLite does by itself at each change of a row: it notes the key under the current mark and keeps the totals."""

from collections.abc import Iterator

from clicker.database import Table


def triggers(table: Table) -> Iterator[str]:
    """Triggers that note each changed key under the current mark and keep the totals."""
    name, key = table.name, table.key
    for event, row, step in (("INSERT", "new", 1), ("UPDATE", "new", 0), ("DELETE", "old", -1)):
        added = {total: f"new.{column}" for total, column in table.sums.items() if event != "DELETE"}
        removed = {total: f"old.{column}" for total, column in table.sums.items() if event != "INSERT"}
        sums = [
            f"UPDATE totals SET value = value + {added.get(total, 0)} - {removed.get(total, 0)} WHERE name = '{total}';"
            for total in table.sums
        ]
        count = f"UPDATE totals SET value = value + {step} WHERE name = '{name}';" if step else ""
        yield f"""
        CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {name} BEGIN
            INSERT INTO {name}_changes VALUES ({row}.{key}, (SELECT value FROM mark))
                ON CONFLICT (key) DO UPDATE SET mark = excluded.mark WHERE mark <> excluded.mark;
            {count} {" ".join(sums)}
        END"""
