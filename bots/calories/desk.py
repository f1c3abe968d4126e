"""Where people are served: one turn of a conversation, in one write, and then its answers."""

from collections.abc import Callable, Sequence

from bots.calories.diary import Diary
from bots.calories.settings import CaloriesSettings
from bots.calories.talk import Talk
from pinstore import Tables
from runtime.app import Shared
from runtime.outbox.answer import Answer


class Desk:
    """Serves everybody."""

    def __init__(self, shared: Shared) -> None:
        self._store, self._outbox = shared.store, shared.outbox
        settings = shared.settings
        self.zone = (settings if isinstance(settings, CaloriesSettings) else CaloriesSettings()).default_timezone
        """The zone of people who have not told theirs."""

    async def turn(self, person: int, now: int, tag: str | None, work: Callable[[Talk], None]) -> None:
        """Let one thing happen in the name of the update that is handled, and tell what it led to.

        `now` is Unix time; `tag` is the language of the person's Telegram, None for whom a stranger is nobody to.
        """

        def run(tables: Tables) -> Sequence[Answer]:
            diary = Diary(tables, self.zone)
            found = diary.person(person, now, tag)
            if found is None:
                return ()
            talk = Talk(diary, found, now)
            work(talk)
            return talk.answers

        for answer in await self._store.write(run):
            self._outbox.put(person, answer)
