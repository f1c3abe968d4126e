"""The calorie counter: a number in, what is left of the day out."""

import time
from collections.abc import Coroutine, Sequence
from typing import Any

from aiogram import Router

from bots.calories import texts
from bots.calories.desk import Desk
from bots.calories.handlers import people_router
from bots.calories.reminders import Reminders
from bots.calories.settings import CaloriesSettings
from bots.calories.tables import TABLES
from pinstore import Tables
from runtime.app import App, Given, Menus, Shared, Total
from runtime.languages import Phrase

COMMANDS = {
    "today": Phrase("What you have eaten today"),
    "week": Phrase("The last seven days"),
    "month": Phrase("The last thirty days"),
    "undo": Phrase("Take back what you noted last"),
    "foods": Phrase("Your foods"),
    "settings": Phrase("Settings"),
    "mydata": Phrase("All your entries as a file"),
    "language": Phrase("Language"),
    "help": Phrase("How to write"),
    "delete_me": Phrase("Delete your data"),
}

_TODAY = "SELECT count(*) FROM entries WHERE at >= ? AND counts = 1"
A_DAY = 86_400


def _routers() -> Sequence[Router]:
    return (people_router(),)


def _parts(shared: Shared) -> Given:
    return {"desk": Desk(shared)}


def _tasks(shared: Shared, given: Given) -> Sequence[Coroutine[Any, Any, None]]:
    return (Reminders(shared.store, shared.outbox, given["desk"].zone).run(),)


def _menus() -> Menus:
    def menu(code: str) -> dict[str, str]:
        return {name: texts.say(phrase, code) for name, phrase in COMMANDS.items()}

    return Menus({None: menu("ru"), **{code: menu(code) for code in texts.CODES}}, {})


def _figures(tables: Tables) -> Sequence[Phrase]:
    """Lines of /stats; the day is that of UTC."""
    midnight = int(time.time()) // A_DAY * A_DAY
    return (
        Phrase("People: {count}", count=tables.total("begun")),
        Phrase("Entries today: {count}", count=tables.execute(_TODAY, (midnight,)).fetchone()[0]),
    )


app = App(
    name="calories",
    tables=TABLES,
    routers=_routers,
    locales=texts.LOCALES,
    totals=(
        Total("begun", "people", "People who have told their norm."),
        Total("entries", "entries", "Entries in the table."),
    ),
    parts=_parts,
    tasks=_tasks,
    settings=CaloriesSettings,
    menus=_menus,
    figures=_figures,
    without=frozenset({"top"}),
)
