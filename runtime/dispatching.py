"""Which way an update takes: past whom it goes, who may answer it, and what they are given."""

from typing import Any

from aiogram import Dispatcher

from bots.clicker.bans import Bans
from bots.clicker.groups import group_router
from bots.clicker.handlers import player_router
from bots.clicker.members import Members
from runtime.admin.first_copy import FirstCopy
from runtime.admin.people import admin_players_router
from runtime.admin.restore import restoring_router
from runtime.admin.roster import Roster
from runtime.admin.set_up import admin_router
from runtime.admin.stats import Stats, stats_router
from runtime.admin.store import StoreWork, admin_store_router
from runtime.broadcast.commands import broadcast_router
from runtime.outbox.topic import InTopic
from runtime.people import Served, standing_router
from runtime.wiring import Wiring


def new_dispatcher(parts: Wiring) -> Dispatcher:
    """Its middlewares and routers stand in the order in which an update meets them."""
    dispatcher = Dispatcher(disable_fsm=True, **_given(parts))
    dispatcher.update.outer_middleware(InTopic())
    dispatcher.update.outer_middleware(Served(parts.players, parts.standing, is_admin=parts.is_backup_chat))
    dispatcher.include_routers(
        admin_router(),
        stats_router(),
        admin_players_router(),
        admin_store_router(),
        restoring_router(),
        broadcast_router(),
        player_router(),
        group_router(),
        standing_router(),
    )
    return dispatcher


def _given(parts: Wiring) -> dict[str, Any]:
    """What a handler gets if it names it; some of these parts nobody else needs."""
    bot, database, keeper, outbox, jobs = parts.bot, parts.database, parts.keeper, parts.outbox, parts.jobs
    roster = Roster(database)
    return {
        "players": parts.players,
        "outbox": outbox,
        "keeper": keeper,
        "standing": parts.standing,
        "members": Members(database),
        "bans": Bans(database),
        "settings": parts.settings,
        "jobs": jobs,
        "roster": roster,
        "first_copy": FirstCopy(bot, parts.store, outbox),
        "stored": StoreWork(bot, parts.store, outbox, jobs),
        "stats": Stats(bot, parts.store, keeper, outbox, parts.hours, roster, jobs),
        "restoring": parts.restoring,
        "broadcasts": parts.broadcasts,
        "broadcaster": parts.broadcaster,
    }
