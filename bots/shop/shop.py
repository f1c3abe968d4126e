"""The shop as one: what its handlers and errands share."""

import asyncio
import logging
import time
from collections.abc import Callable

from bots.shop import catalogue, texts
from bots.shop.breaker import Breaker, Breakers
from bots.shop.catalogue import GIFT, STARS, Away
from bots.shop.fragment import Fragment, connect
from bots.shop.heleket import Heleket
from bots.shop.meters import Meters
from bots.shop.presents import Presents
from bots.shop.screens import Screen
from bots.shop.settings import ShopSettings
from bots.shop.showing import Shown
from pinstore import Tables
from runtime.app import Shared
from runtime.languages import Languages, Phrase
from runtime.people import People
from runtime.saves import Saves

log = logging.getLogger(__name__)

_MEET = (
    "INSERT INTO customers (person, name) VALUES (?, ?) "
    "ON CONFLICT (person) DO UPDATE SET name = excluded.name WHERE name <> excluded.name"
)
_SET_UP = "INSERT INTO set_up (number, at) VALUES (1, ?) ON CONFLICT (number) DO NOTHING"


class Shop:
    """Speaks to people and to the admin, and knows the time."""

    def __init__(self, shared: Shared) -> None:
        settings = shared.settings
        assert isinstance(settings, ShopSettings)  # noqa: S101 - as its App says
        self.bot = shared.bot
        self.store = shared.store
        self.outbox = shared.outbox
        self.people: People = shared.people
        self.jobs = shared.jobs
        self.settings = settings
        self.saves = Saves(shared.store)
        self.languages = Languages(texts.LOCALES)
        self.meters = Meters()
        self.breakers = Breakers()
        self.presents = Presents(shared.bot)
        self.heleket: Heleket | None = None
        """None while crypto is off."""
        if settings.heleket_merchant:
            self.heleket = Heleket(settings, self._guarded("heleket", "Heleket"))
        self.fragment: Fragment | None = None
        """None while Stars are not sold."""
        if settings.fragment_mnemonic:
            guard, has_account = self._guarded("fragment", "Fragment"), settings.fragment_cookies is not None
            self.fragment = Fragment(connect(settings), guard, with_kyc=has_account)
        self._since = 0
        self.is_open = asyncio.Event()
        """Set when there are tables."""
        self.wake: Callable[[int | None], None] = lambda _: None
        """Has errands looked for; a person who is here again can have what waits for him."""
        self._written: dict[str, int] = {}
        """Orders made since the last save, and the position of the store after that."""
        self.tags: dict[int, str] = {}
        """Languages of the Telegrams of those who were here since the start."""

    @property
    def away(self) -> Away:
        """What cannot be had now, whatever is in stock."""
        has_stars = self.fragment is not None and not self.fragment.breaker.rests
        return self.presents.gone if has_stars else self.presents.gone | {(STARS, "")}

    async def look(self) -> None:
        """Somebody looks at the goods: what Telegram has left of its gifts shall be known, if any are sold."""
        if self.store.is_open and await self.store.read(lambda tables: catalogue.sells(tables, GIFT)):
            await self.presents.look()

    def made(self, order: str) -> None:
        """An order was written just now."""
        self._written = {one: at for one, at in self._written.items() if not self.saves.is_stored(at)}
        self._written[order] = self.store.position

    def is_known_stored(self, order: str) -> bool:
        """Whether an order outlives this process; what was there at its start does."""
        return self.saves.is_stored(self._written.get(order, 0))

    @property
    def contact(self) -> str:
        """Whom people ask."""
        return self.settings.support_contact or f"tg://user?id={self.store.chat_id}"

    def heard(self, person: int, tag: str | None) -> None:
        """Somebody is here."""
        self.tags[person] = tag or ""
        self.opened()
        self.wake(person)

    def dated(self, at: int) -> None:
        """A message of this date, by Telegram's clock; the last one without a backup chat is that of the set-up."""
        if self.store.chat_id is None:
            self._since = at

    def opened(self) -> None:
        """There may be tables now."""
        if self.store.is_open and self.store.chat_id is not None:
            self.is_open.set()

    async def begin(self) -> None:
        """Remember since when payments are this shop's business: a bot may have had some in another life."""
        since = self._since or now()
        await self.store.write(lambda tables: tables.execute(_SET_UP, (since,)), update=None)

    def say(self, person: int, phrase: Phrase | str) -> str:
        """A phrase in somebody's language."""
        return self.languages.say(phrase, self._code(person))

    def show(self, person: int, screen: Screen, message: int = 0, *, is_new: bool = True) -> None:
        """Show a screen, in place of a message or below; if nothing `is_new`, nowhere but in the message's place."""
        code = self._code(person)
        text = self.languages.say(screen.text, code)
        kind = f"screen {message}" if message else text
        markup = screen.markup(self.languages, code)
        self.outbox.put(person, Shown(kind, text, markup, message=message, is_new=is_new))

    def tell(self, person: int, phrase: Phrase) -> None:
        """Say something without buttons."""
        self.outbox.send(person, self.say(person, phrase))

    def tell_admin(self, text: str) -> None:
        """What the admin is told unasked."""
        if self.store.chat_id is not None:
            self.outbox.send(self.store.chat_id, text)

    def _guarded(self, key: str, name: str) -> Breaker:
        """A breaker before a service."""
        made = self.breakers.all[key] = Breaker(name, self.settings, self.tell_admin)
        return made

    def _code(self, person: int) -> str:
        chosen = self.people.chosen(person) if self.store.is_open else ""
        return self.languages.code(self.tags.get(person, ""), chosen)


def meet(tables: Tables, person: int, name: str) -> None:
    """Know somebody, under the name that he has now."""
    tables.execute(_MEET, (person, name))


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())
