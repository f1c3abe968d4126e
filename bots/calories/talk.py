"""One turn of a conversation: what somebody has sent, and what he is answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from aiogram.types import InlineKeyboardMarkup

from bots.calories import days, entries, texts
from bots.calories.diary import FIRST, Diary, Food, Noted, Person
from bots.calories.entries import Entry, Fault, Known, Line
from bots.calories.texts import filled, number, say
from runtime.keyboards import inline
from runtime.languages import Phrase
from runtime.outbox.calls import Alone, Passing
from runtime.outbox.line import Answer, Markup

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
        """Note when the next reminder is due."""
        person = self.person
        due = days.next_at(self.now, person.zone, person.remind) if person.remind >= 0 else 0
        self.diary.change(person, due=due)

    # Entries

    def note(self, text: str, message: int) -> None:
        """Note what a message says, or say what is wrong with it."""
        lines = entries.read(text)
        if known := self.understood(lines):
            noted = self.diary.note(self.person, message, self.now, known)
            self.learn(lines.values(), known)
            self.tell_noted(noted)

    def correct(self, text: str, message: int) -> None:
        """Note what a message says now; messages without entries may say what they like."""
        before = self.diary.of_message(self.person, message)
        lines = entries.read(text)
        if before and (known := self.understood(lines)):
            noted = self.diary.correct(self.person, before, known)
            self.learn(lines.values(), known)
            self.tell_noted(noted, texts.CORRECTED)

    def understood(self, lines: Mapping[int, Line]) -> list[Entry]:
        """The entries of all lines; none if one is unclear, and that is told."""
        found: list[Entry] = []
        new: dict[str, Food] = {}
        for place, line in lines.items():
            entry = self._known(line, new) if isinstance(line, Known) else line
            if not isinstance(entry, Entry):
                self.tell(self._complaint(line, entry) if len(lines) == 1 else self.fill(texts.BAD_LINE, k=place))
                return []
            if isinstance(line, Entry) and line.name:
                new[entries.folded(line.name)] = line.name, line.tenths
            found.append(entry)
        return found

    def _known(self, line: Known, new: Mapping[str, Food]) -> Line:
        """A food that is known, if only from a line before."""
        food = new.get(line.folded) or self.diary.food(self.person, line.folded)
        return Known(food[0], line.times).entry(food[1]) if food else line

    def _complaint(self, line: Line, entry: Line) -> str | Phrase:
        if entry is Fault.RANGE:
            return texts.RANGE
        return self.fill(texts.NO_FOOD, name=line.name) if isinstance(line, Known) else texts.NOT_UNDERSTOOD

    def learn(self, lines: Iterable[Line], known: Sequence[Entry]) -> None:
        """Remember the foods; the calories of one that was named alone stay what they are."""
        for line, entry in zip(lines, known, strict=True):
            if entry.name:
                folded = entries.folded(entry.name)
                food = self.diary.food(self.person, folded) if isinstance(line, Known) else None
                self.diary.learn(self.person, folded, *(food or (entry.name, entry.tenths)))

    def tell_noted(self, listed: Sequence[Noted], before: Phrase | None = None) -> None:
        """Answer a message's entries."""
        text, markup = self.shown(listed)
        text = f"{say(before, self.person.code)}\n{text}" if before else text
        self.answers.append(Passing("noted", text, markup))

    def shown(self, listed: Sequence[Noted]) -> tuple[str, InlineKeyboardMarkup]:
        """A message's entries and what is left of their day, with the button that takes them back, or brings them."""
        first, code = listed[0], self.person.code
        if first.counts:
            lines = [self._line(entry) for entry in listed if entry.label or len(listed) > 1]
            label, turn = texts.UNDO, "undo"
        else:
            what = ", ".join(f"{entry.label} {self.number(entry.tenths)}".strip() for entry in listed)
            lines = [self.fill(texts.UNDONE, what=what)]
            label, turn = texts.BRING_BACK, "back"
        text = "\n".join([*lines, self.left(first.day)])
        return text, inline([(say(label, code), f"{turn}:{first.message}")])

    def _line(self, entry: Noted) -> str:
        n = self.number(entry.tenths)
        return self.fill(texts.ENTRY, name=entry.label, n=n) if entry.label else self.fill(texts.AMOUNT, n=n)

    def undo_last(self) -> None:
        """Take back the last message with entries that still count today."""
        message = self.diary.last_message(self.person, self.person.today(self.now))
        if message is None:
            self.tell(texts.NO_UNDO)
            return
        self.tell(*self.turned(message, counts=False))

    def turned(self, message: int, *, counts: bool) -> tuple[str, InlineKeyboardMarkup]:
        """Take a message's entries back, or bring them back; what its answer is then."""
        self.diary.count(self.person, message, counts=counts)
        return self.shown(self.diary.of_message(self.person, message))

    def show_foods(self) -> None:
        """The foods last used, each of them a button."""
        foods = self.diary.foods(self.person, FOODS_SHOWN)
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
