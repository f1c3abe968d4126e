"""The calorie counter: one person and the admin, and every number counted once."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from emulator.page.tally import Pinned, Promise
from scenes.cast import Cast, tables

if TYPE_CHECKING:
    from emulator.page.tally import Crowd
    from emulator.state.chats import Json
    from emulator.state.people import Person

COUNTING = {"Сегодня", "Today"}
"""Who is shown one of these has a norm: a number is now an entry."""
UNDO = {"Отменить", "Undo"}
NUMBER = re.compile(r"^\+?(\d{1,5})$")

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
    """Plain numbers that a person enters, in kcal, and those in the stored document."""

    promise = PROMISE
    tap: str | None = None

    def __init__(self) -> None:
        self._entered: defaultdict[int, list[int]] = defaultdict(list)
        nothing: dict[int, int] = {}
        self._stored = Pinned(counted, nothing)

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Note a plain number that was sent, and forget the last one where it is taken back."""
        shown = {label for row in person.keyboard for label in row}
        text = str(sent[0].get("text", "")) if sent else ""
        if not shown & COUNTING or action not in {"send", "tap"}:
            return
        if text in UNDO and self._entered[person.id]:
            self._entered[person.id].pop()
        elif found := NUMBER.match(text):
            self._entered[person.id].append(int(found[1]))

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Kilocalories entered and counted."""
        return sum(self._entered[person.id]), self._stored.of(cast.admin).get(person.id)


def counted(document: bytes) -> dict[int, int]:
    """Kilocalories of each person, as the stored document has them."""
    sums: dict[int, int] = {}
    for entry in tables(document).get("entries", []):
        if entry["counts"]:
            sums[entry["person"]] = sums.get(entry["person"], 0) + entry["tenths"]
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
