"""The tables of a bot: its own, and those that every bot has."""

from pinstore import FSMStorage, Table
from runtime.admin.hours import hours_table
from runtime.app import App
from runtime.broadcast.broadcasts import BROADCASTS


def tables_of(app: App) -> tuple[Table, ...]:
    """All tables that the store of this bot keeps."""
    people, deeds = app.totals
    dialogues = (FSMStorage.table,) if app.dialogues else ()
    return (*app.tables, *dialogues, hours_table(people.name, deeds.name), BROADCASTS)
