"""Updates that Telegram brings: each is done with when all it wrote is committed."""

import logging
from collections.abc import Mapping
from typing import Any

from aiogram import Bot, Dispatcher

from pinstore.server.lane import BatchLane, TellingLane
from pinstore.server.updates import Turns, id_of
from pinstore.updates.fast import RawUpdate
from pinstore.updates.reading import read

log = logging.getLogger(__name__)


class Taking:
    """The way of one update: past the handlers if it counts together with others, else to its handler."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, lane: BatchLane, turns: Turns) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._lane = lane
        self._turns = turns

    async def take(self, update: RawUpdate) -> Mapping[str, Any] | None:
        """Return when it is done with; what fails is told, and done with as well: it would repeat for ever.

        The message that may ride on the answer to it, if there is one.
        """
        if isinstance(self._lane, TellingLane):
            is_done, saying = await self._lane.ride(update)
        else:
            is_done, saying = not await self._lane.take([update], _noted), None
        if not is_done:
            await self._hand_on(update)
        return saying

    async def _hand_on(self, update: RawUpdate) -> None:
        event = read(update, self._bot)
        if event is None:
            return
        self._turns.came(id_of(event).chat)
        try:
            await self._dispatcher.feed_update(self._bot, event)
        except Exception:
            log.exception("Update %s could not be handled", event.update_id)


def _noted(_: int) -> None:
    """Nobody waits for its number."""
