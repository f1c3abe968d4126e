"""Which way an update takes: past whom it goes, who may answer it, and what they are given."""

from typing import Any

from aiogram import Dispatcher

from pinstore import FSMStorage
from runtime.admin.first_copy import FirstCopy
from runtime.admin.language import MenuFollows, language_router
from runtime.admin.lookup import Lookup
from runtime.admin.people import admin_people_router
from runtime.admin.restore import restoring_router
from runtime.admin.roster import Roster
from runtime.admin.set_up import admin_router
from runtime.admin.stats import Stats, stats_router
from runtime.admin.store import StoreWork, admin_store_router
from runtime.broadcast.commands import broadcast_router
from runtime.outbox.backlog import HoldBack
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
        admin_router(),
        stats_router(),
        admin_people_router(parts.app.without),
        admin_store_router(),
        restoring_router(),
        broadcast_router(),
        language_router(parts.app.without),
        *parts.app.routers(),
        standing_router(),
    )
    return dispatcher


def attach(parts: Parts, dispatcher: Dispatcher) -> None:
    """Put the store before the dispatcher's handlers, and see backlogs come."""
    parts.store.attach(dispatcher, parts.app.fast(parts.shared, parts.given), takes_admin=False)
    if parts.app.holds_back:
        parts.bot.session.middleware(HoldBack(parts.gate))


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
        "first_copy": FirstCopy(bot, store, admin),
        "stored": StoreWork(bot, store, admin, jobs),
        "stats": Stats(bot, store, admin, outbox, parts.hours, roster, jobs),
        "restoring": parts.restoring,
        "broadcasts": parts.broadcasts,
        "broadcaster": parts.broadcaster,
        **parts.given,
    }
