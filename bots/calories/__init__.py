"""The calorie counter: a number in, what is left of the day out."""

import time
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram import Router

from bots.calories import days, texts
from bots.calories.desk import Desk
from bots.calories.handlers import people_router
from bots.calories.reminders import Reminders
from bots.calories.settings import CaloriesSettings
from bots.calories.tables import TABLES
from pinstore import Tables
from runtime.app import App, Given, Shared, Total
from runtime.languages import Phrase

COMMANDS = {
    "today": Phrase("What you have eaten today"),
    "week": Phrase("The last seven days"),
    "month": Phrase("The last thirty days"),
    "undo": Phrase("Take back what you noted last"),
    "foods": Phrase("Your foods"),
    "norm": Phrase("Your norm"),
    "tz": Phrase("Your time zone"),
    "day": Phrase("When your day begins"),
    "remind": Phrase("A reminder"),
    "settings": Phrase("Settings"),
    "mydata": Phrase("All your entries as a file"),
    "language": Phrase("Language"),
    "help": Phrase("How to write"),
    "delete_me": Phrase("Delete your data"),
}

_TODAY = "SELECT count(*) FROM entries WHERE day BETWEEN ?1 AND ?2 AND counts = 1 AND at BETWEEN ?3 AND ?4"
A_DAY = 86_400


def _routers() -> Sequence[Router]:
    return (people_router(),)


def _parts(shared: Shared) -> Given:
    days.prepare()
    return {"desk": Desk(shared)}


def _tasks(shared: Shared, given: Given) -> Sequence[Coroutine[Any, Any, None]]:
    return (Reminders(shared.store, shared.outbox, given["desk"].zone).run(),)


def _figures(tables: Tables) -> Sequence[Phrase]:
    """Lines of /stats; the day is that of UTC."""
    now = int(time.time())
    today, midnight = datetime.fromtimestamp(now, UTC).date(), now - now % A_DAY
    # At a moment it is one of three days, wherever somebody lives and whenever his day begins.
    around = [(today + timedelta(days=step)).isoformat() for step in (-1, 1)]
    found = tables.execute(_TODAY, (*around, midnight, midnight + A_DAY - 1)).fetchone()
    return (
        Phrase("People: {count}", count=tables.total("begun")),
        Phrase("Entries today: {count}", count=found[0]),
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
    menus=lambda: texts.WORDS.menus(COMMANDS),
    figures=_figures,
    without=frozenset({"top"}),
)
