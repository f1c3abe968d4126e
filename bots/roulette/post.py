"""Carries out what an act has led to: puts it into the lines of the chats, and notes what becomes of it."""

import asyncio
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import TypeVar

from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardMarkup

from bots.roulette import passing, texts
from bots.roulette.acts import Act, Card, Dropped, Effect, Notice, Passed, Redrawn, Removed
from bots.roulette.doubts import WIDE, Doubts
from bots.roulette.pairing import vanish
from bots.roulette.relay import COLLECT, Change, Relay, Screen
from bots.roulette.screens import dress
from bots.roulette.settings import RouletteSettings
from bots.roulette.wishes import buttons
from pinstore import Tables
from runtime.app import Shared
from runtime.outbox.answer import LONGEST, Answer
from runtime.outbox.calls import Copies
from runtime.outbox.methods import Buttons, Delete, NewText

T = TypeVar("T")

_SCREEN = "INSERT INTO screens VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
HURRY = 2.0
"""Seconds that parts of an album wait for the others when a process begins."""


class Post:
    """All that this bot sends."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._outbox, self._store = shared.outbox, shared.store
        self.doubts = Doubts(shared.bot, shared.store)
        self.doubts.on_undressed = self._undressed
        self._albums: dict[tuple[int, int, str], Relay] = {}
        self._notices = count()
        self._has_begun = False

    @property
    def settings(self) -> RouletteSettings:
        """The bot's own."""
        settings = self._shared.settings
        return settings if isinstance(settings, RouletteSettings) else RouletteSettings()

    @property
    def is_stopping(self) -> bool:
        """Whether the process ends."""
        return self._shared.jobs.stopping.is_set()

    def begin(self) -> None:
        """Send what was on its way when the last process ended; before anything else happens."""
        if self._has_begun:
            return
        self._has_begun = True

        def work(tables: Tables) -> list[Passed]:
            self.doubts.begin(tables)
            return passing.undelivered(Act(tables, 0))

        for row in self._store.look(work):
            self._pass_on(row, is_doubtful=True, wait=HURRY)

    async def act(self, work: Callable[[Act], T], now: int, *, tag: str = "", is_old: bool = False) -> T:
        """Let something happen in the name of the update that is handled, and carry out what comes of it."""
        self.begin()
        acts: list[Act] = []

        def run(tables: Tables) -> T:
            acts[:] = [Act(tables, now, tag=tag)]
            return work(acts[0])

        result = await self._store.write(run)
        self.do(acts[0].effects, is_old=is_old)
        return result

    async def aside(self, work: Callable[[Act], T]) -> T:
        """As `act`, of the bot's own accord, now."""
        self.begin()
        acts: list[Act] = []

        def run(tables: Tables) -> T:
            acts[:] = [Act(tables, int(time.time()))]
            return work(acts[0])

        result = await self._store.write(run, update=None)
        self.do(acts[0].effects)
        return result

    def do(self, effects: Iterable[Effect], *, is_old: bool = False) -> None:
        """Put all this into lines."""
        for effect in effects:
            match effect:
                case Notice(person, text, InlineKeyboardMarkup() as markup):
                    self._outbox.put(person, Screen(text=text, markup=markup, on_sent=self._noting(person)))
                case Notice(person, text, markup):
                    self._outbox.put(person, Answer(f"notice {next(self._notices)}", text, markup))
                case Passed():
                    self._pass_on(effect, is_doubtful=is_old)
                case Dropped(person):
                    self._outbox.drop(person)
                case Redrawn():
                    self._redraw(effect)
                case Removed(person, message):
                    self._remove(person, message)
                case Card():
                    self._card(effect)

    def change(self, person: int, found: int, kind: str, method: Callable[[int], TelegramMethod[object]]) -> None:
        """Change a message of this person's chat when it is its turn."""
        self._outbox.put(person, Change(f"{kind} {found}", found=found, ledger=self, method=method))

    def show(self, reporter: int, seen: list[int]) -> None:
        """Copy messages of the reporter's chat into that of the moderator."""
        if admin := self._store.chat_id:
            call = Copies(chat_id=admin, from_chat_id=reporter, message_ids=sorted(seen))
            change = Change(f"show {reporter} {seen[0]}", found=1, ledger=self, method=lambda _: call)
            change.weight = len(seen)
            self._outbox.put(admin, change)

    async def arrived(self, row: Passed, copy: int) -> None:
        """It is there."""
        self.doubts.note(copy)
        await self._store.write(lambda tables: passing.arrived(Act(tables, 0), row.number, copy), update=None)

    async def refused(self, row: Passed) -> None:
        """Telegram never takes it."""
        await self.aside(lambda act: passing.refused(act, row))

    async def lost(self, row: Passed) -> None:
        """It is there or not."""
        await self._store.write(lambda tables: passing.forget(Act(tables, 0), row.number), update=None)

    async def gone(self, person: int) -> None:
        """He takes no messages any more."""
        await self.aside(lambda act: vanish(act, person))

    async def _undressed(self, person: int, message: int, text: str) -> None:
        self._noting(person)(message)
        await self.aside(lambda act: dress(act, person, message, text))

    def target(self, found: int) -> int:
        """The message that a counterpart stands for."""
        return self._store.look(lambda tables: passing.copy_of(Act(tables, 0), found))

    def _pass_on(self, row: Passed, *, is_doubtful: bool, wait: float = COLLECT) -> None:
        now = asyncio.get_running_loop().time()
        key = (row.sender, row.recipient, row.album)
        album = self._albums.get(key) if row.album else None
        if album and album.is_open:
            album.take(row, now, wait)
            album.is_doubtful = album.is_doubtful or is_doubtful
            return
        relay = Relay(ledger=self, is_doubtful=is_doubtful, until=self.doubts.until, margin=WIDE)
        relay.take(row, now, wait)
        if row.album:
            self._albums = {key: open_one for key, open_one in self._albums.items() if open_one.is_open}
            self._albums[key] = relay
        self._outbox.put(row.recipient, relay)

    def _remove(self, person: int, message: int) -> None:
        self.change(person, message, "screen", lambda number: Delete(chat_id=person, message_id=number))

    def _redraw(self, effect: Redrawn) -> None:
        person, message, text, markup = effect

        def method(number: int) -> TelegramMethod[object]:
            if text is None:
                return Buttons(chat_id=person, message_id=number, reply_markup=markup)
            return NewText(chat_id=person, message_id=number, text=text, reply_markup=markup)

        self.change(person, message, "screen", method)

    def _card(self, card: Card) -> None:
        if (admin := self._store.chat_id) is None:
            return
        code = texts.WORDS.code(None, self._shared.people.chosen(admin))
        text = "\n".join(texts.say(phrase, code) for phrase in card.phrases)
        markup = buttons({data: texts.say(phrase, code) for data, phrase in card.buttons.items()})
        self._outbox.put(admin, Screen(text=text[:LONGEST], markup=markup))

    def _noting(self, person: int) -> Callable[[int], None]:
        def note(message: int) -> None:
            row = (message, person, int(time.time()))
            self._store.write_now(lambda tables: tables.run(_SCREEN, row))

        return note
