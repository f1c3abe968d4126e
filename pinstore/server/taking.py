"""Updates that Telegram brings: each is done with when all it wrote is committed."""

import logging
from collections.abc import Awaitable, Callable

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from pinstore.server.lane import BatchLane
from pinstore.server.updates import Turns, id_of
from pinstore.updates.fast import RawUpdate

log = logging.getLogger(__name__)


class Taking:
    """The way of one update: past the handlers if it counts together with others, else to its handler."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, lane: BatchLane, turns: Turns, learn: Callable[[], Awaitable[None]]
    ) -> None:
        """`learn` sees whether there is an admin by now."""
        self._bot = bot
        self._dispatcher = dispatcher
        self._lane = lane
        self._turns = turns
        self._learn = learn
        self.received = 0
        """Updates that came, again or not."""

    async def take(self, update: RawUpdate) -> None:
        """Return when it is done with; what fails is told, and done with as well: it would repeat for ever."""
        self.received += 1
        await self._learn()
        if await self._lane.take([update], _noted):
            await self._hand_on(update)

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
