"""What SQLite does by itself at each change of a row: it tells the journal of the table."""

from collections.abc import Iterator

from pinstore.memory.journal import Journal


def triggers(table: str, journal: Journal) -> Iterator[str]:
    """Triggers that call the function `{table}_moved` with the row as it was and as it is."""
    for event in ("INSERT", "UPDATE", "DELETE"):
        images = (event != "INSERT" and "old", event != "DELETE" and "new")
        cells = [f"{image}.{column}" if image else "NULL" for image in images for column in journal.columns]
        yield f"""
        CREATE TEMP TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN
            SELECT {table}_moved({", ".join(cells)});
        END"""
