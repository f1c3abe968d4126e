"""The life of one of many: Telegram brings the updates to all of them alike, and each serves as soon as it is there."""

import logging
from typing import Protocol

from pinstore.chat.retry import within
from pinstore.memory.tables import Tables
from pinstore.server.life import Life, Living
from pinstore.server.many import Many
from pinstore.server.presence import Presence
from pinstore.server.turn import DUTY, Turn

log = logging.getLogger(__name__)


class Learning(Living, Protocol):
    """What lives and is one of many."""

    many: Many | None

    async def learn(self, tables: Tables) -> None:
        """See what others have changed."""


class Replica(Life):
    """The turn is here not about polls: whoever has it sends broadcasts, notes hours and clears away."""

    def __init__(self, store: Learning) -> None:
        super().__init__(store)
        self._many = store.many
        self.turn = Turn(store.database, self._on_duty, _off_duty, DUTY)
        self._presence = Presence(store.database, store.learn)

    async def _begin_serving(self) -> None:
        await self._store.enter(is_first=True)
        self.has_begun = True
        await self._presence.show()
        self.gate.set()
        self.begin(self._presence.run(), "presence")
        self.begin(self.turn.run(), "duty")
        for work in self._many.works(lambda: self.turn.is_held) if self._many else ():
            self.begin(work, "telling")

    @property
    def stands_by(self) -> bool:
        """All serve."""
        return False

    async def _on_duty(self) -> None:
        log.info("This replica does now what one is enough for")
        self._store.listener.saved()  # a broadcast may wait for somebody

    async def _leave(self, seconds: float) -> None:
        await within(seconds / 6, self.turn.leave())
        await within(seconds / 6, self._presence.leave())


def _off_duty() -> None:
    log.info("Another replica does now what one is enough for")
