"""Every statement about people, what they have eaten, and what they know."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bots.calories import days
from bots.calories.entries import Entry
from bots.calories.texts import LANGUAGES
from pinstore import Tables
from runtime.people import SERVED

MOST_FOODS = 500
FIRST = "norm"
"""The question that everybody is asked first."""

OPEN = 600
"""Seconds that a question waits for its answer; the first one, for the norm, waits for ever."""

_MEET = "INSERT INTO people (person, tag) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET tag = excluded.tag"
_PERSON = """
SELECT language, tag, norm, zone, day, remind, question, asked, answers FROM people WHERE person = ?"""
_ADD = """
INSERT INTO entries (person, message, place, day, at, label, tenths) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (person, message, place) DO UPDATE SET label = excluded.label, tenths = excluded.tenths, counts = 1"""
_FOOD = """
INSERT INTO foods (person, folded, label, tenths, used)
VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(used), 0) + 1 FROM foods WHERE person = ?1))
ON CONFLICT (person, folded) DO UPDATE SET label = excluded.label, tenths = excluded.tenths, used = excluded.used"""
_FORGET_OLDEST = f"""
DELETE FROM foods WHERE number IN (
    SELECT number FROM foods WHERE person = ? ORDER BY used DESC LIMIT -1 OFFSET {MOST_FOODS})"""


@dataclass
class Person:
    """Somebody, as he is now; `zone` is the one that counts for him."""

    id: int
    code: str
    norm: int
    zone: str
    day: int
    remind: int
    question: str
    answers: dict[str, str]

    def today(self, now: int) -> date:
        """His day at a moment (Unix time)."""
        return days.day_of(now, self.zone, self.day)


@dataclass(frozen=True)
class Noted:
    """An entry as it is kept."""

    message: int
    day: str
    at: int
    label: str
    tenths: int


class Diary:
    """The tables within one transaction; `zone` is that of people who have not told theirs."""

    def __init__(self, tables: Tables, zone: str) -> None:
        self._tables = tables
        self._zone = zone

    def person(self, number: int, now: int, tag: str | None = None) -> Person | None:
        """Somebody by his id, who is met with the language of his Telegram (`tag`); None for a stranger otherwise."""
        if tag is not None:
            self._tables.execute(_MEET, (number, tag))
        row = self._tables.execute(_PERSON, (number,)).fetchone()
        if row is None:
            return None
        language, known, norm, zone, day, remind, question, asked, answers = row
        is_open = (question == FIRST and not norm) or now - asked <= OPEN
        code = LANGUAGES.code(known, language)
        return Person(number, code, norm, zone or self._zone, day, remind, question * is_open, json.loads(answers))

    def change(self, person: Person, **values: object) -> None:
        """Keep these columns of a person."""
        names = ", ".join(f"{name} = ?" for name in values)
        self._tables.execute(f"UPDATE people SET {names} WHERE person = ?", (*values.values(), person.id))

    def ask(self, person: Person, question: str, now: int, answers: dict[str, str] | None = None) -> None:
        """Open a question, "" to close the one that is open."""
        self.change(person, question=question, asked=now, answers=json.dumps(answers or {}))

    def note(self, person: Person, message: int, at: int, entries: Sequence[Entry], day: str = "") -> None:
        """Note the entries of a message, or correct them; `day` is the one on which they were noted before."""
        day = day or person.today(at).isoformat()
        for place, entry in enumerate(entries):
            self._tables.execute(_ADD, (person.id, message, place, day, at, entry.name, entry.tenths))
        self._tables.execute(
            "DELETE FROM entries WHERE person = ? AND message = ? AND place >= ?", (person.id, message, len(entries))
        )

    def count(self, person: Person, message: int, *, counts: bool) -> None:
        """Take a message's entries back, or bring them back."""
        self._tables.execute(
            "UPDATE entries SET counts = ? WHERE person = ? AND message = ?", (int(counts), person.id, message)
        )

    def of_message(self, person: Person, message: int) -> list[Noted]:
        """The entries of a message, whether they count or not."""
        return self._noted("person = ? AND message = ? ORDER BY place", (person.id, message))

    def of_day(self, person: Person, day: date) -> list[Noted]:
        """The entries that count on a day, in the order in which they were sent."""
        return self._noted("person = ? AND day = ? AND counts = 1 ORDER BY at, number", (person.id, day.isoformat()))

    def everything(self, person: Person) -> list[Noted]:
        """All entries that count, oldest first."""
        return self._noted("person = ? AND counts = 1 ORDER BY day, at, number", (person.id,))

    def sum(self, person: Person, day: str) -> int:
        """Tenths of a day."""
        query = "SELECT coalesce(sum(tenths), 0) FROM entries WHERE person = ? AND day = ? AND counts = 1"
        return int(self._tables.execute(query, (person.id, day)).fetchone()[0])

    def sums(self, person: Person, first: date, last: date) -> dict[str, int]:
        """Tenths of each day with entries."""
        query = """
        SELECT day, sum(tenths) FROM entries
        WHERE person = ? AND day BETWEEN ? AND ? AND counts = 1 GROUP BY day"""
        return dict(self._tables.execute(query, (person.id, first.isoformat(), last.isoformat())).fetchall())

    def last_message(self, person: Person, day: date) -> int | None:
        """The last message with entries that count on a day."""
        query = """
        SELECT message FROM entries WHERE person = ? AND day = ? AND counts = 1 ORDER BY at DESC, number DESC LIMIT 1"""
        row = self._tables.execute(query, (person.id, day.isoformat())).fetchone()
        return row[0] if row else None

    def press(self, person: Person) -> int:
        """A number for what is noted by a button, which no message can have."""
        query = "SELECT coalesce(min(message), 0) FROM entries WHERE person = ? AND message < 0"
        return int(self._tables.execute(query, (person.id,)).fetchone()[0]) - 1

    def learn(self, person: Person, folded: str, name: str, tenths: int) -> None:
        """Remember a food with its calories; the one longest unused goes when there are too many."""
        self._tables.execute(_FOOD, (person.id, folded, name, tenths))
        self._tables.execute(_FORGET_OLDEST, (person.id,))

    def food(self, person: Person, folded: str) -> tuple[str, int] | None:
        """A food that is known: its name and tenths."""
        query = "SELECT label, tenths FROM foods WHERE person = ? AND folded = ?"
        found: tuple[str, int] | None = self._tables.execute(query, (person.id, folded)).fetchone()
        return found

    def foods(self, person: Person, number: int) -> list[tuple[int, str, int]]:
        """The foods last used, as (number, name, tenths)."""
        query = "SELECT number, label, tenths FROM foods WHERE person = ? ORDER BY used DESC LIMIT ?"
        return self._tables.execute(query, (person.id, number)).fetchall()

    def food_numbered(self, person: Person, number: int) -> tuple[str, int] | None:
        """One of a person's foods by its number."""
        query = "SELECT label, tenths FROM foods WHERE person = ? AND number = ?"
        found: tuple[str, int] | None = self._tables.execute(query, (person.id, number)).fetchone()
        return found

    def forget(self, person: Person, folded: str) -> str | None:
        """Forget a food; its name, None if it was not known."""
        known = self.food(person, folded)
        self._tables.execute("DELETE FROM foods WHERE person = ? AND folded = ?", (person.id, folded))
        return known[0] if known else None

    def delete(self, person: Person) -> None:
        """Forget everything about a person."""
        for table in ("entries", "foods", "people"):
            self._tables.execute(f"DELETE FROM {table} WHERE person = ?", (person.id,))

    def due(self, now: int) -> list[tuple[int, int, str]]:
        """Whose reminder is due, of those who can be reached: (person, when it was, the day last reminded of)."""
        query = f"SELECT person, due, reminded FROM people WHERE due > 0 AND due <= ? AND status = {SERVED}"
        return self._tables.execute(query, (now,)).fetchall()

    def next_due(self) -> int | None:
        """When the next reminder is due."""
        query = f"SELECT min(due) FROM people WHERE due > 0 AND status = {SERVED}"
        found: int | None = self._tables.execute(query).fetchone()[0]
        return found

    def _noted(self, where: str, values: tuple[object, ...]) -> list[Noted]:
        query = f"SELECT message, day, at, label, tenths FROM entries WHERE {where}"
        return [Noted(*row) for row in self._tables.execute(query, values).fetchall()]
