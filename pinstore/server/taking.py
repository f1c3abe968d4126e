"""Updates that Telegram brings: each is done with when all it wrote is committed."""

import logging
from collections.abc import Mapping
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from pinstore.server.lane import BatchLane, TellingLane
from pinstore.server.updates import Turns, id_of
from pinstore.updates.fast import RawUpdate

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
        number = update["update_id"]
        try:
            event = Update.model_validate(update, context={"bot": self._bot})
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
            log.error("Update %s cannot be read and is dropped: its %s is not as expected", number, where)
            return
        self._turns.came(id_of(event).chat)
        try:
            await self._dispatcher.feed_update(self._bot, event)
        except Exception:
            log.exception("Update %s could not be handled", number)


def _noted(_: int) -> None:
    """Nobody waits for its number."""
