"""One turn of a conversation: what somebody has sent, and what he is answered."""

from dataclasses import dataclass, field
from zlib import crc32

from aiogram.types import InlineKeyboardMarkup

from bots.calories import days, entries, texts
from bots.calories.diary import FIRST, Diary, Person
from bots.calories.texts import filled, number, say
from runtime.keyboards import inline
from runtime.languages import Phrase
from runtime.outbox.answer import Answer, Markup
from runtime.outbox.calls import Alone

A_ROW = 3
"""Cities side by side."""

FOODS_SHOWN = 12
A_DAY = 24 * 60


@dataclass
class Talk:
    """With one person, at a moment (Unix time), in a transaction."""

    diary: Diary
    person: Person
    now: int
    answers: list[Answer] = field(default_factory=list)

    def tell(self, text: str | Phrase, markup: Markup | None = None) -> None:
        """Answer this."""
        self.answers.append(Alone("say", say(text, self.person.code), markup))

    def fill(self, phrase: Phrase, **values: object) -> str:
        """A sentence in the language of the person."""
        return filled(phrase, self.person.code, **values)

    def number(self, tenths: int) -> str:
        """Tenths as the person writes them."""
        return number(tenths, self.person.code)

    def left(self, day: str) -> str:
        """What is left of a day."""
        return texts.left(self.person.norm, self.diary.sum(self.person, day), self.person.code)

    # The norm and the zone

    def ask_norm(self) -> None:
        """Ask for the norm."""
        self.diary.ask(self.person, FIRST, self.now)
        self.tell(texts.ASK_NORM, texts.CALCULATING[self.person.code])

    def set_norm(self, norm: int, before: str = "") -> None:
        """Keep the norm; the first time the zone is asked for as well."""
        is_first = not self.person.norm
        self.diary.ask(self.person, "", self.now)
        self.diary.change(self.person, norm=norm, begun=1)
        self.person.norm = norm
        self.tell_norm(before)
        if is_first:
            self.ask_zone()

    def tell_norm(self, before: str = "") -> None:
        """Tell the norm, and how entries are written."""
        told = self.fill(texts.NORM, n=self.person.norm)
        self.tell(f"{before}\n{told}" if before else told, texts.MAIN[self.person.code])

    def ask_zone(self) -> None:
        """Show the cities."""
        cities = [(city, f"zone:{place}") for place, city in enumerate(days.CITIES)]
        rows = [cities[start : start + A_ROW] for start in range(0, len(cities), A_ROW)]
        self.tell(texts.ASK_ZONE, inline(*rows))

    def set_zone(self, zone: str) -> None:
        """Keep the zone."""
        self.diary.change(self.person, zone=zone)
        self.person.zone = zone
        self.set_due()
        self.tell(self.fill(texts.ZONE, zone=zone, time=f"{days.local(self.now, zone):%H:%M}"))

    def set_due(self) -> None:
        """Note when the next reminder is due: still today while the clock shows that very minute."""
        person = self.person
        before = self.now // 60 * 60 - 1
        due = days.next_at(before, person.zone, person.remind) if person.remind >= 0 else 0
        self.diary.change(person, due=due)

    def show_foods(self) -> None:
        """The foods last used, each of them a button."""
        foods = self.diary.foods.last(self.person.id, FOODS_SHOWN)
        keys = [[(f"{name} {self.number(tenths)}", f"food:{key}:{mark(name)}")] for key, name, tenths in foods]
        self.tell(texts.FOODS_ARE if foods else texts.NO_FOODS, inline(*keys) if foods else None)

    def settings(self) -> tuple[str, InlineKeyboardMarkup]:
        """The settings, each of them a button."""
        person = self.person
        at = f"{person.remind // 60:02}:{person.remind % 60:02}"
        reminder = self.fill(texts.REMINDER_IS, time=at) if person.remind >= 0 else say(texts.NO_REMINDER, person.code)
        keys = [
            (self.fill(texts.NORM_IS, n=person.norm), "set:norm"),
            (self.fill(texts.ZONE_IS, zone=person.zone), "set:zone"),
            (self.fill(texts.DAY_FROM, hour=f"{person.day:02}"), "set:day"),
            (reminder, "set:remind"),
        ]
        return say(texts.SETTINGS, person.code), inline(*([key] for key in keys))


def mark(name: str) -> str:
    """Tells a food from one that has got its number later."""
    return str(crc32(entries.folded(name).encode()))
