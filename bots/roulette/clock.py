"""What happens because time goes by."""

import asyncio
import time
from contextlib import suppress

from bots.roulette.acts import Act
from bots.roulette.forgetting import clear
from bots.roulette.pairing import give_up, once_more
from bots.roulette.post import Post
from pinstore import Keeper, errors

EACH = 1.0
"""Seconds between two looks."""

FIRST = 3.0
"""Seconds after the start, in which comes what has waited at Telegram."""

CLEAR = 600.0
"""Seconds between two looks for what nobody needs any more."""


class Clock:
    """Looks every second whether a search or a chat is over."""

    def __init__(self, store: Keeper, post: Post) -> None:
        self._store = store
        self._post = post
        self._cleared_at = float("-inf")

    async def run(self) -> None:
        """Until it is cancelled."""
        if self._store.chat_id is not None:
            self._post.begin()
        await asyncio.sleep(FIRST)
        while True:
            if self._store.chat_id is not None:
                with suppress(errors.NotSetUpError):  # the tables are about to be restored again
                    await self._post.aside(self._look)
            await asyncio.sleep(EACH)

    def _look(self, act: Act) -> None:
        settings = self._post.settings
        once_more(act)
        give_up(act, settings.search_minutes * 60, settings.idle_minutes * 60)
        self._post.doubts.mark(act.tables)
        if time.monotonic() > self._cleared_at + CLEAR:
            self._cleared_at = time.monotonic()
            clear(act)
