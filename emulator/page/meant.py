"""What a request of the page means: which bot, and which of its people or channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.page.guard import RefusedError

if TYPE_CHECKING:
    from aiohttp import web

    from emulator.page.playbill import Playbill
    from emulator.page.scene import Scene
    from emulator.state.channels import Channel
    from emulator.state.people import Person


def name(playbill: Playbill, request: web.Request) -> str:
    """The bot's name: the one asked for, else the first. RefusedError if there is none of this name."""
    given = request.query.get("bot") or playbill.first
    if given not in playbill.scenes:
        raise RefusedError(404, f"there is no bot {given} here")
    return given


def scene(playbill: Playbill, request: web.Request) -> Scene:
    """The bot's scene."""
    return playbill.scenes[name(playbill, request)]


def person(playbill: Playbill, request: web.Request) -> Person:
    """One of the bot's people."""
    number = int(request.match_info["person"])
    for one in scene(playbill, request).people:
        if one.id == number:
            return one
    raise RefusedError(404, f"there is no person {number}")


def place(playbill: Playbill, request: web.Request) -> Person | Channel:
    """One of the bot's people or channels."""
    number = int(request.match_info["person"])
    found = (channel for channel in scene(playbill, request).channels if channel.id == number)
    return next(found, None) or person(playbill, request)
