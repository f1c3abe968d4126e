"""The clicker: two players and the admin, and not a click lost."""

from __future__ import annotations

from emulator.page.tally import Promise, Taps
from scenes.cast import Cast, tables

PROMISE = Promise(
    ("Ни одного потерянного клика", "Not a click lost"),
    {"sent": ("Нажато", "Tapped"), "counted": ("Сосчитано", "Counted"), "stored": ("Сохранено", "Stored")},
    "same",
    ("Нажмите «Клик», убейте бота, запустите снова", "Tap «Клик», kill the bot, start it again"),
)


def tally() -> Taps:
    """What this bot counts: its button, its answer, and the numbers in its document."""
    return Taps(PROMISE, "Клик", r"^Кликов: (\d+)", clicks)


def clicks(document: bytes) -> dict[int, int]:
    """Clicks by player id from the rows of the table `users`; none when the document is something else."""
    try:
        return {row["chatid"]: row["click"] for row in tables(document).get("users", [])}
    except LookupError:
        return {}


CLICKER = Cast(
    title="Кликер",
    line=("Считает клики и не теряет ни одного", "Counts clicks and loses none"),
    people=("Анна", "Тимур"),
    admin="Мария",
    role="player",
    tally=tally,
)
