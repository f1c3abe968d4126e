"""What the panel of the page asks for: which bot plays, its process, its network, its faults, the time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aiohttp import web

from emulator.page import meant
from emulator.page.guard import RefusedError, read_body
from emulator.state.limits import Limits

if TYPE_CHECKING:
    from emulator.page.playbill import Playbill

OVERALL = (30, 300, None)  # messages a second
LONGEST_MOVE = 31 * 86400.0  # seconds


class Panel:
    """Carries out what is asked for a bot as a whole; each answers when it is done."""

    def __init__(self, playbill: Playbill) -> None:
        self.playbill = playbill
        self.telegram = playbill.telegram

    async def choose(self, request: web.Request) -> web.Response:
        """Start a bot that does not play yet, the first one where no name is given."""
        name = request.match_info["name"] or self.playbill.first
        if name not in self.playbill.scenes:
            raise RefusedError(404, f"there is no bot {name} here")
        await self.playbill.choose(name)
        return web.json_response({})

    async def bot(self, request: web.Request) -> web.Response:
        """Start, stop or kill the bot's process."""
        process, action = meant.scene(self.playbill, request).process, request.match_info["action"]
        if process is None or action not in {"start", "stop", "kill"}:
            raise RefusedError(404, "there is no such thing to do with the bot here")
        if action == "start":
            await process.start()
        else:
            await (process.stop() if action == "stop" else process.kill())
        return web.json_response({})

    async def network(self, request: web.Request) -> web.Response:
        """Cut the network between this bot and Telegram, or mend it."""
        meant.scene(self.playbill, request).bot.network.cut = bool((await read_body(request))["cut"])
        self.telegram.changed.touch()
        return web.json_response({})

    async def limit(self, request: web.Request) -> web.Response:
        """Let this Telegram take so many messages a second over all chats."""
        overall = (await read_body(request))["overall"]
        if overall not in OVERALL:
            raise RefusedError(400, "the limit is 30, 300 or null")
        self.telegram.limits = replace(self.telegram.limits or Limits(), overall=overall)
        self.telegram.changed.touch()
        return web.json_response({})

    async def faults(self, request: web.Request) -> web.Response:
        """Switch a fault of this bot's calls on, or off all of this method and kind that they suffer."""
        body, bot = await read_body(request), meant.scene(self.playbill, request).bot.id
        method, kind = body["method"], body["kind"]
        if body["on"]:
            self.telegram.faults.add(method, kind, times=body.get("times"), value=body.get("value"), bot=bot)
        else:
            for fault in list(self.telegram.faults.active):
                if (fault.method, fault.kind) == (method, kind) and fault.bot in {None, bot}:
                    self.telegram.faults.remove(fault)
        self.telegram.changed.touch()
        return web.json_response({})

    async def clock(self, request: web.Request) -> web.Response:
        """Move the time of this Telegram forward, where the page may."""
        seconds = float((await read_body(request))["seconds"])
        if not meant.scene(self.playbill, request).clock or not 0 < seconds <= LONGEST_MOVE:
            raise RefusedError(400, "the time goes forward, by up to 31 days, where there is a clock")
        self.playbill.advance(seconds)
        return web.json_response({})
