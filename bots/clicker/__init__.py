"""The clicker: tap and be counted."""

from collections.abc import Sequence

from aiogram import Router

from bots.clicker import groups, texts
from bots.clicker.bans import spread
from bots.clicker.groups import group_router
from bots.clicker.handlers import player_router
from bots.clicker.members import Members
from bots.clicker.players import Players
from bots.clicker.tables import TABLES
from bots.clicker.taps import Taps
from bots.clicker.together import PlayersTogether, TapsTogether
from runtime.app import App, Given, Menus, Server, Shared, Total


def _routers() -> Sequence[Router]:
    return player_router(), group_router()


def _parts(shared: Shared) -> Given:
    return {"players": shared.people, "members": Members(shared.store)}


def _fast(shared: Shared, given: Given) -> Taps:
    return Taps(given["players"], shared.outbox)


def _batches(shared: Shared, given: Given) -> TapsTogether:
    return TapsTogether(given["players"], shared.outbox)


def _menus() -> Menus:
    """Commands of groups; in private chats there are buttons."""
    spoken: list[tuple[str | None, texts.Texts]] = [(None, texts.RUSSIAN), *texts.ALL.items()]
    return Menus({}, {code: {groups.CLICK: words.click, groups.RATING: words.best} for code, words in spoken})


app = App(
    name="clicker",
    document="",  # its documents are older than names
    tables=TABLES,
    people=Players,
    routers=_routers,
    locales=texts.LOCALES,
    totals=(Total("users", "players", "Players in the table."), Total("clicks", "clicks", "Clicks in the table.")),
    parts=_parts,
    fast=_fast,
    server=Server(people=PlayersTogether, batches=_batches),
    menus=_menus,
    opened=spread,
)
