"""Where people are served: one turn of a conversation, in one write, and then its answers."""

import logging
import time
from collections.abc import Callable

from aiogram.types import User

from bots.bazaar import group
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.visit import Bazaar, Visit, leave, meet
from pinstore import Tables, retry
from runtime.app import Shared
from runtime.presses import let_go

log = logging.getLogger(__name__)


class Desk:
    """Serves everybody."""

    def __init__(self, shared: Shared) -> None:
        self.store, self.outbox, self.bot, self.people = shared.store, shared.outbox, shared.bot, shared.people
        settings = shared.settings
        self.settings = settings if isinstance(settings, BazaarSettings) else BazaarSettings()
        self.wake: Callable[[], None] = lambda: None
        """Called when something is to be done outside, or at a time."""
        self._username = ""

    async def bazaar(self) -> Bazaar:
        """What every turn knows."""
        if not self._username:
            self._username = (await retry.patiently(self.bot.me, 3)).username or ""
        return Bazaar(self.settings, self._username, self.store.chat_id or 0)

    async def turn(
        self, user: User, work: Callable[[Visit], None], *, date: int = 0, message: int = 0, query: str = ""
    ) -> Visit:
        """Let one thing happen in the name of the update that is handled, and tell what it led to.

        `date` is when it was sent, 0 for now; `message` the one that was sent or whose button was pressed; `query` is
        the id of a press, which gets an answer.
        """
        bazaar = await self.bazaar()

        def run(tables: Tables) -> Visit:
            now = time.time()
            me = meet(tables, user.id, user.first_name, user.username or "")
            visit = Visit(tables, bazaar, me, date or int(now), int(now * 1000), message=message)
            work(visit)
            if not visit.is_gone:
                leave(tables, me)
            return visit

        visit = await self.store.write(run)
        for chat, answer in visit.answers:
            self.outbox.put(chat, answer)
        self.wake()
        if query:
            await self.answer(query, visit.alert, is_alert=visit.is_alert)
        return visit

    async def group(self) -> int | None:
        """The moderators' group, None if they decide in private chats."""
        return await self.store.read(lambda tables: group.of(tables, self.settings))

    async def group_moved(self, to: int) -> None:
        """It has another id."""
        log.info("The group of the moderators has another id now: %s", to)
        await self.store.write(lambda tables: group.moved(tables, self.settings, to), update=None)
        self.wake()

    async def answer(self, query: str, text: str = "", *, is_alert: bool = False) -> None:
        """Let a button wait no more."""
        await let_go(self.bot, query, text, is_alert=is_alert)
