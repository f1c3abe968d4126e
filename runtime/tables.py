"""The tables of a bot: its own, and those that every bot has."""

from pinstore import Table
from runtime.admin.hours import hours_table
from runtime.app import App
from runtime.broadcast.broadcasts import BROADCASTS


def tables_of(app: App) -> tuple[Table, ...]:
    """All tables that the store of this bot keeps."""
    people, deeds = app.totals
    return (*app.tables, hours_table(people.name, deeds.name), BROADCASTS)
