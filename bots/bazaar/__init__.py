"""The bazaar: ads with moderation, a channel, reposts and a search."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from aiogram import Router

from bots.bazaar import imports, posts, texts, transfer, words
from bots.bazaar.ads import STATES
from bots.bazaar.channel import Channel
from bots.bazaar.checks import checks
from bots.bazaar.desk import Desk
from bots.bazaar.due import Due
from bots.bazaar.folk import Folk
from bots.bazaar.handlers import Albums, people_router
from bots.bazaar.inline import inline_router
from bots.bazaar.moderators import moderators_router
from bots.bazaar.printing import Print
from bots.bazaar.removing import Down, Mark
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.showing import End, Show
from bots.bazaar.sightings import Sightings
from bots.bazaar.tables import TABLES
from bots.bazaar.telling import Tell
from bots.bazaar.there import channel_router
from pinstore import Tables
from runtime.app import App, Given, Menus, Shared, Total
from runtime.errands import ERRANDS, Deed, Errands
from runtime.languages import Phrase
from runtime.saves import Saves

WAITING = "SELECT count(*) FROM errands WHERE kind IN ('post', 'repost', 'down', 'mark')"
OPEN = 0.1
"""Seconds between looks whether there are tables."""


def _parts(shared: Shared) -> Given:
    desk = Desk(shared)
    channel = Channel(shared.bot, desk)
    sightings = Sightings(channel)

    def tell(text: str) -> None:
        shared.outbox.send(shared.store.chat_id or 0, text)

    prints = [Print(channel, sightings, tell, kind) for kind in (posts.POST, posts.REPOST)]
    downs = [Down(channel), Mark(channel)]
    deeds: dict[str, Deed] = {
        **dict(zip((posts.POST, posts.REPOST, posts.DOWN, posts.MARK), (*prints, *downs), strict=True)),
        "tell": Tell(desk),
        imports.KIND: imports.Importing(desk, sightings),
        "card": Show(desk),
        "verdict": End(desk),
    }
    errands = Errands(shared.store, Saves(shared.store), deeds)
    channel.wake = errands.wake
    due = Due(desk, desk.settings)

    def wake() -> None:
        errands.wake()
        due.wake()

    desk.wake = wake
    if isinstance(shared.people, Folk):
        shared.people.when_banned = wake
    return {
        "desk": desk,
        "channel": channel,
        "errands": errands,
        "due": due,
        "albums": Albums(desk),
        "sightings": sightings,
    }


def _routers() -> Sequence[Router]:
    return channel_router(), moderators_router(), transfer.transfer_router(), inline_router(), people_router()


def _tasks(shared: Shared, given: Given) -> Sequence[Coroutine[Any, Any, None]]:
    return [_when_open(shared, given)]


async def _when_open(shared: Shared, given: Given) -> None:
    """There is nothing to do before there are tables."""
    while shared.store.chat_id is None or not shared.store.is_open:  # noqa: ASYNC110 - the set-up tells nobody
        await asyncio.sleep(OPEN)
    await given["sightings"].begin()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(given["errands"].run())
        tasks.create_task(given["due"].run())


def _figures(tables: Tables) -> Sequence[Phrase]:
    """Lines of /stats."""
    states = dict(tables.execute("SELECT state, count(*) FROM ads GROUP BY state").fetchall())
    waiting = tables.execute(WAITING).fetchone()[0]
    names = {state: Phrase(texts.STATES[state].text) for state in STATES}
    return (
        Phrase("People: {count}", count=tables.total("users")),
        Phrase("Ads: {count}", count=tables.total("ads")),
        *(Phrase(texts.OF_STATE.text, state=names[state], count=states.get(state, 0)) for state in STATES),
        Phrase("Posts today: {count}", count=posts.today(tables, time.time())),
        Phrase("Waiting for the channel: {count}", count=waiting),
    )


def _menus() -> Menus:
    menu = {name: texts.say(phrase, texts.CYRILLIC) for name, phrase in texts.COMMANDS.items()}
    return Menus({None: menu}, {})


app = App(
    name="bazaar",
    tables=(*TABLES, ERRANDS),
    people=Folk,
    routers=_routers,
    locales=texts.LOCALES,
    totals=(Total("users", "people", "People."), Total("ads", "ads", "Ads.")),
    parts=_parts,
    tasks=_tasks,
    settings=BazaarSettings,
    opened=words.fill,
    figures=_figures,
    menus=_menus,
    checks=checks,
    holds_back=False,
    without=frozenset({"top", "player", "language"}),
    captions=frozenset({"/import"}),
    exports=frozenset({transfer.EXPORT}),
)
