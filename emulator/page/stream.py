"""The page's server-sent events: all of the view first, then only what has changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.page.bubble import View
    from emulator.state.telegram import Telegram

PACE = 0.05  # seconds: changes closer together travel as one event
PULSE = 1.0  # seconds: how soon a page that has gone is noticed, and what changed without a word


async def stream(request: web.Request, telegram: Telegram, look: Callable[[], View]) -> web.StreamResponse:
    """Send events until the page goes or Telegram closes."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    sent: View | None = None
    while not telegram.closed and request.transport is not None and not request.transport.is_closing():
        version, view = telegram.changed.version, look()
        if sent is None or view != sent:
            try:
                await response.write(b"data: " + orjson.dumps(difference(sent, view)) + b"\n\n")
            except ConnectionError:  # the page has gone
                break
        sent = view
        await asyncio.sleep(PACE)
        try:
            await asyncio.wait_for(telegram.changed.wait(version), PULSE)
        except TimeoutError:
            continue
    return response


def difference(old: View | None, new: View) -> View:
    """One event: the values that are new or different, and the keys that are gone."""
    before = old or {}
    changed = {key: value for key, value in new.items() if key not in before or before[key] != value}
    return {"whole": old is None, "set": changed, "gone": [key for key in before if key not in new]}
