"""Every statement about people, what they have eaten, and what they know."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bots.calories import days
from bots.calories.entries import Entry
from bots.calories.foods import Foods
from bots.calories.texts import WORDS
from pinstore import Tables
from runtime.people import SERVED

FIRST = "norm"
"""The question that everybody is asked first."""

OPEN = 600
"""Seconds that a question waits for its answer; the first one, for the norm, waits for ever."""

PRESSES = 2**40
"""Entries that a button has made have numbers above this one: no message has them."""

_MEET = "INSERT INTO people (person, tag) VALUES (?, ?)"
_PERSON = """
SELECT language, tag, norm, zone, day, remind, question, asked, answers FROM people WHERE person = ?"""
_ADD = """
INSERT INTO entries (person, message, place, day, at, label, tenths, counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (message, person, place) DO UPDATE SET label = excluded.label, tenths = excluded.tenths"""
_SUM = "SELECT coalesce(sum(tenths), 0) FROM entries WHERE person = ? AND day = ? AND counts = 1"
_DAYS = """
WITH RECURSIVE listed (day) AS (
    SELECT min(day) FROM entries
    UNION ALL SELECT (SELECT min(day) FROM entries WHERE day > listed.day) FROM listed WHERE day IS NOT NULL)
SELECT day FROM listed WHERE day IS NOT NULL"""


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
    stored_answers: str

    @property
    def answers(self) -> dict[str, str]:
        """What he has answered so far, by the names of questions."""
        answers: dict[str, str] = json.loads(self.stored_answers)
        return answers

    def today(self, now: int) -> date:
        """His day at a moment (Unix time)."""
        return days.day_of(now, self.zone, self.day)


class Noted(NamedTuple):
    """An entry as it is kept."""

    message: int
    day: str
    at: int
    label: str
    tenths: int
    counts: int = 1
    """Whether it counts, or was taken back."""


class Diary:
    """The tables within one transaction; `zone` is that of people who have not told theirs."""

    def __init__(self, tables: Tables, zone: str) -> None:
        self._tables = tables
        self._zone = zone
        self.foods = Foods(tables)

    def person(self, number: int, now: int, tag: str | None = None) -> Person | None:
        """Somebody by his id, who is met with the language of his Telegram (`tag`); None for a stranger otherwise."""
        row = self._tables.execute(_PERSON, (number,)).fetchone()
        if row is None:
            if tag is None:
                return None
            self._tables.execute(_MEET, (number, tag))
            row = self._tables.execute(_PERSON, (number,)).fetchone()
        language, known, norm, zone, day, remind, question, asked, answers = row
        if tag is not None and tag != known:
            self._tables.execute("UPDATE people SET tag = ?2 WHERE person = ?1", (number, tag))
            known = tag
        if question and question != self._for_ever(norm) and now - asked > OPEN:
            question = self._for_ever(norm)
        code = WORDS.code(known, language)
        return Person(number, code, norm, zone or self._zone, day, remind, question, answers)

    @staticmethod
    def _for_ever(norm: int) -> str:
        """The question that is open when no other one is."""
        return "" if norm else FIRST

    def close(self, person: Person) -> None:
        """No question is open any more, but for the first one."""
        if person.question != self._for_ever(person.norm):
            person.question = self._for_ever(person.norm)
            self.ask(person, person.question, 0)

    def change(self, person: Person, **values: object) -> None:
        """Keep these columns of a person."""
        names = ", ".join(f"{name} = ?" for name in values)
        self._tables.execute(f"UPDATE people SET {names} WHERE person = ?", (*values.values(), person.id))

    def ask(self, person: Person, question: str, now: int, answers: dict[str, str] | None = None) -> None:
        """Open a question, "" to close the one that is open."""
        self.change(person, question=question, asked=now, answers=json.dumps(answers or {}))

    def note(self, person: Person, message: int, at: int, entries: Sequence[Entry]) -> list[Noted]:
        """Note the entries of a message that was sent at this moment."""
        return self._put(person, entries, Noted(message, person.today(at).isoformat(), at, "", 0))

    def correct(self, person: Person, before: Sequence[Noted], entries: Sequence[Entry]) -> list[Noted]:
        """Note others in place of those of a message, on their day; those that were taken back stay so."""
        query = "DELETE FROM entries WHERE person = ? AND message = ? AND place >= ?"
        self._tables.execute(query, (person.id, before[0].message, len(entries)))
        return self._put(person, entries, before[0])

    def _put(self, person: Person, entries: Sequence[Entry], like: Noted) -> list[Noted]:
        noted = [like._replace(label=entry.name, tenths=entry.tenths) for entry in entries]
        for place, (message, *values) in enumerate(noted):
            self._tables.run(_ADD, (person.id, message, place, *values))
        return noted

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
        return self._noted(
            "person = ? AND day = ? AND counts = 1 ORDER BY at, message, place", (person.id, day.isoformat())
        )

    def everything(self, person: Person) -> list[Noted]:
        """All entries that count, oldest first."""
        days_of_all = self._days()
        where = f"day IN ({_marks(days_of_all)}) AND person = ? AND counts = 1 ORDER BY at, message, place"
        return self._noted(where, (*days_of_all, person.id))

    def sum(self, person: Person, day: str) -> int:
        """Tenths of a day."""
        return int(self._tables.execute(_SUM, (person.id, day)).fetchone()[0])

    def sums(self, person: Person, listed: Sequence[date]) -> dict[str, int]:
        """Tenths of each of these days that has entries."""
        query = f"""
        SELECT day, sum(tenths) FROM entries
        WHERE day IN ({_marks(listed)}) AND person = ? AND counts = 1 GROUP BY day"""
        return dict(self._tables.execute(query, (*(day.isoformat() for day in listed), person.id)).fetchall())

    def last_message(self, person: Person, day: date) -> int | None:
        """The last message with entries that count on a day."""
        query = """
        SELECT message FROM entries WHERE person = ? AND day = ? AND counts = 1
        ORDER BY at DESC, message DESC LIMIT 1"""
        row = self._tables.execute(query, (person.id, day.isoformat())).fetchone()
        return row[0] if row else None

    def press(self) -> int:
        """A number for what is noted by a button."""
        query = "SELECT coalesce(max(message), ?1) + 1 FROM entries WHERE message >= ?1"
        return int(self._tables.execute(query, (PRESSES,)).fetchone()[0])

    def delete(self, person: Person) -> None:
        """Forget everything about a person."""
        days_of_all = self._days()
        query = f"DELETE FROM entries WHERE day IN ({_marks(days_of_all)}) AND person = ?"
        self._tables.execute(query, (*days_of_all, person.id))
        for table in ("foods", "people"):
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

    def _days(self) -> list[str]:
        """All days on which somebody has noted something: entries are found by their day."""
        return [row[0] for row in self._tables.execute(_DAYS).fetchall()]

    def _noted(self, where: str, values: tuple[object, ...]) -> list[Noted]:
        query = f"SELECT message, day, at, label, tenths, counts FROM entries WHERE {where}"
        return [Noted._make(row) for row in self._tables.execute(query, values).fetchall()]


def _marks(values: Sequence[object]) -> str:
    """A parameter for each of these."""
    return ", ".join("?" * len(values))
