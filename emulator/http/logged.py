"""Every call in the log, whatever becomes of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from emulator.state.errors import BotApiError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from aiohttp import web

    from emulator.state.calls import Call
    from emulator.state.world import World


async def logged(world: World, call: Call, answer: Awaitable[web.StreamResponse]) -> web.StreamResponse:
    """Log a call before it is served, and what became of it; raises what `answer` raises."""
    world.log.add(call)
    world.changed.touch()
    asked = time.monotonic()
    try:
        response = await answer
    except BotApiError as error:
        call.status, call.description = error.code, error.description
        raise
    else:
        call.status = response.status
        return response
    finally:
        call.took = round(time.monotonic() - asked, 4)
        world.changed.touch()
