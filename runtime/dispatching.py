"""Which way an update takes: past whom it goes, who may answer it, and what they are given."""

from typing import Any

from aiogram import Dispatcher

from pinstore import FSMStorage
from runtime.admin.exporting import Exporting, export_router
from runtime.admin.language import MenuFollows, language_router
from runtime.admin.lookup import Lookup
from runtime.admin.people import admin_people_router
from runtime.admin.roster import Roster
from runtime.admin.stats import Stats, stats_router
from runtime.broadcast.commands import broadcast_router
from runtime.outbox.topic import InTopic
from runtime.parts import Parts
from runtime.served import Served, standing_router


def new_dispatcher(parts: Parts) -> Dispatcher:
    """Its middlewares and routers stand in the order in which an update meets them; the store comes before them all."""
    storage = FSMStorage(parts.store) if parts.app.dialogues else None
    dispatcher = Dispatcher(storage=storage, disable_fsm=storage is None, **_given(parts))
    dispatcher.update.outer_middleware(InTopic())
    dispatcher.update.outer_middleware(Served(parts.people, parts.standing))
    dispatcher.update.outer_middleware(MenuFollows(parts.admin, parts.show_menus_again))
    for middleware in parts.app.around:
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_routers(
        *parts.store_routers(),
        stats_router(),
        admin_people_router(parts.app.without),
        export_router(),
        broadcast_router(),
        language_router(parts.app.without),
        *parts.app.routers(),
        standing_router(),
    )
    return dispatcher


def _given(parts: Parts) -> dict[str, Any]:
    """What a handler gets if it names it; some of these parts nobody else needs."""
    bot, store, outbox, jobs, admin = parts.bot, parts.store, parts.outbox, parts.jobs, parts.admin
    roster = Roster(parts.people)
    return {
        "people": parts.people,
        "outbox": outbox,
        "standing": parts.standing,
        "settings": parts.settings,
        "jobs": jobs,
        "admin": admin,
        "languages": admin.languages,
        "lookup": Lookup(parts.people, roster, admin, jobs),
        "exporting": Exporting(bot, store, admin, jobs),
        "stats": Stats(bot, store, admin, outbox, parts.hours, roster, jobs),
        "broadcasts": parts.broadcasts,
        "broadcaster": parts.broadcaster,
        **parts.store_parts(),
        **parts.given,
    }
