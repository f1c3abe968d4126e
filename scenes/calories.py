"""The calorie counter: one person and the admin, and every number counted once."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from emulator.page.tally import Pinned, Promise
from scenes.cast import Cast, tables

if TYPE_CHECKING:
    from emulator.page.tally import Crowd
    from emulator.state.chats import Json
    from emulator.state.people import Person

COUNTING = {"Сегодня", "Today"}
"""Who is shown one of these has a norm: a number is now an entry."""
NUMBER = re.compile(r"\d+")

PROMISE = Promise(
    ("Каждая калория сосчитана один раз", "Every calorie counted once"),
    {"entered": ("Введено", "Entered"), "counted": ("Сосчитано", "Counted")},
    "same",
    (
        "Пришлите норму и числа, убейте бота, пришлите ещё",
        "Send a norm and numbers, kill the bot, send more",
    ),
)


class Calories:
    """Numbers that a person enters, in kcal, and those in the stored document."""

    promise = PROMISE
    tap: str | None = None

    def __init__(self) -> None:
        self._entered: Counter[int] = Counter()
        nothing: dict[int, int] = {}
        self._stored = Pinned(counted, nothing)

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Add the number of a text with just one, as `350` and `soup 350` are; where it is an entry."""
        shown = {label for row in person.keyboard for label in row}
        text = str(sent[0].get("text", "")) if sent else ""
        found = NUMBER.findall(text)
        if shown & COUNTING and action == "send" and text[:1] not in {"/", "-"} and len(found) == 1:
            self._entered[person.id] += int(found[0])

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Kilocalories entered and counted."""
        return self._entered[person.id], self._stored.of(cast.admin).get(person.id)


def counted(document: bytes) -> dict[int, int]:
    """Kilocalories of each person in the stored document, those that were taken back included."""
    sums: Counter[int] = Counter()
    for entry in tables(document).get("entries", []):
        sums[entry["person"]] += entry["tenths"]
    return {person: tenths // 10 for person, tenths in sums.items()}


CALORIES = Cast(
    title="Калории",
    line=("Число — и видно, сколько осталось на день", "A number in, what is left of the day out"),
    people=("Анна",),
    admin="Мария",
    role="eater",
    tally=Calories,
    clock=True,
)
