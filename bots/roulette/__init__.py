"""The random chat: two strangers, one bot."""

from collections.abc import Coroutine, Sequence
from typing import Any

from aiogram import Router

from bots.roulette import texts
from bots.roulette.clock import Clock
from bots.roulette.crowd import Crowd, figures
from bots.roulette.handlers import people_router
from bots.roulette.moderator import moderator_router
from bots.roulette.post import Post
from bots.roulette.settings import RouletteSettings
from bots.roulette.tables import TABLES
from runtime.app import App, Given, Shared, Total
from runtime.languages import Phrase

COMMANDS = {
    "find": Phrase("Find a partner for a chat"),
    "next": Phrase("Another partner"),
    "stop": Phrase("Leave"),
    "report": Phrase("Report the partner"),
    "settings": Phrase("What you look for"),
    "language": Phrase("Language"),
    "rules": Phrase("Rules"),
    "delete_me": Phrase("Delete your data"),
}


def _routers() -> Sequence[Router]:
    return moderator_router(), people_router()


def _parts(shared: Shared) -> Given:
    post = Post(shared)
    if isinstance(shared.people, Crowd):
        shared.people.on_gone = post.gone
    return {"post": post}


def _tasks(shared: Shared, given: Given) -> Sequence[Coroutine[Any, Any, None]]:
    return (Clock(shared.store, given["post"]).run(),)


app = App(
    name="roulette",
    tables=TABLES,
    people=Crowd,
    routers=_routers,
    locales=texts.LOCALES,
    totals=(
        Total("accepted", "people", "People who have accepted the rules."),
        Total("messages", "messages", "Messages passed on."),
    ),
    parts=_parts,
    tasks=_tasks,
    settings=RouletteSettings,
    menus=lambda: texts.WORDS.menus(COMMANDS),
    figures=figures,
    holds_back=False,
    without=frozenset({"top", "ban", "unban"}),
)
