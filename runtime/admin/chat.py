"""The chat in which the backup lies: what is said there, in the language that the admin has chosen."""

from collections.abc import Mapping
from datetime import datetime

from pinstore import Keeper
from runtime.admin.totals import captioned, counted, label
from runtime.app import App
from runtime.languages import DEFAULT, Languages, Said
from runtime.outbox.outbox import Outbox
from runtime.people import People

NOTE = "language"
"""The line at Telegram that keeps what an admin has chosen who is no person of the bot."""


class AdminChat:
    """Speaks to the admin."""

    def __init__(self, app: App, store: Keeper, people: People, outbox: Outbox) -> None:
        self.app = app
        self._store = store
        self._chosen = store.follow(people.choice)
        self._outbox = outbox
        self.languages = Languages(app.locales)

    @property
    def language(self) -> str:
        """The one that the admin has chosen, as a person of the bot or else here; Russian if he has chosen none."""
        if self._store.chat_id is None or not self._store.is_open:
            return DEFAULT
        return self.languages.code(None, self._chosen() or bytes(self._store.noted(NOTE)).decode())

    async def choose(self, code: str) -> None:
        """Speak this language to an admin who is no person of the bot."""
        await self._store.note(NOTE, list(code.encode()))

    def say(self, said: Said) -> str:
        """What is said, in his language."""
        return self.languages.say(said, self.language)

    def tell(self, chat_id: int, said: Said) -> None:
        """Say it in this chat, which may be none of the bot's yet."""
        self._outbox.send(chat_id, self.say(said))

    def send(self, said: Said) -> None:
        """Say it in his chat, if that is known."""
        if self._store.chat_id is not None:
            self.tell(self._store.chat_id, said)

    def label(self, total: str) -> str:
        """How a total is called."""
        return label(self.languages, total, self.language)

    def counted(self, counts: Mapping[str, int] | None) -> str:
        """Both totals of the bot, in the midst of a sentence."""
        return counted(self.app, self.languages, counts, self.language)

    def caption(self, counts: Mapping[str, int], saved_at: datetime, drilled_at: datetime | None) -> str:
        """What is read under the backup document."""
        return captioned(self.app, self.languages, counts, saved_at, drilled_at, self.language)
