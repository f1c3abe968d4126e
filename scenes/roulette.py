"""The random chat: three strangers and the moderator, and every message delivered once."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from emulator.page.tally import Pinned, Promise
from scenes.cast import Cast, tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.page.tally import Crowd
    from emulator.state.people import Person

IN_A_CHAT = {"Стоп", "Stop"}

PROMISE = Promise(
    ("Каждое сообщение дойдёт один раз", "Every message arrives once"),
    {"sent": ("Отправлено", "Sent"), "delivered": ("Доставлено", "Delivered"), "stored": ("Сохранено", "Stored")},
    "same",
    (
        "Найдите собеседника, пишите, убейте бота, пишите ещё",
        "Find a partner, write, kill the bot, write on",
    ),
)


class Letters:
    """Texts that a person sends to a stranger, and those of them that stand in the others' chats."""

    promise = PROMISE
    tap: str | None = None

    def __init__(self) -> None:
        self._sent: defaultdict[int, Counter[str]] = defaultdict(Counter)
        nothing: dict[int, int] = {}
        self._stored = Pinned(passed, nothing)

    def note(self, person: Person, action: str, body: Mapping[str, Any]) -> None:
        """Count a text that is neither a button nor a command, while there is somebody to talk to."""
        shown, text = {label for row in person.keyboard for label in row}, str(body.get("text", ""))
        if action == "send" and shown & IN_A_CHAT and text not in shown and not text.startswith("/"):
            self._sent[person.id][text] += 1

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Messages sent, delivered, stored."""
        mine = self._sent[person.id]
        arrived = sum(self._copies(cast, person, text) for text in mine)
        return mine.total(), arrived, self._stored.of(cast.admin).get(person.id)

    def _copies(self, cast: Crowd, person: Person, text: str) -> int:
        """How often the others got this text; where several have written it, each of them gets what is his."""
        others = [other for other in cast.people if other is not person and other is not cast.admin]
        seen = (message for other in others for message in other.chat.messages.values() if message.outgoing)
        found = sum(1 for message in seen if message.data.get("text") == text)
        alone = not any(self._sent[other.id][text] for other in others)
        return found if alone else min(found, self._sent[person.id][text])


def passed(document: bytes) -> dict[int, int]:
    """Messages passed on by person's id, as the stored document counts them."""
    return {row["person"]: row["messages"] for row in tables(document).get("people", [])}


ROULETTE = Cast(
    title="Случайный чат",
    line=("Двое говорят и не знают, кто собеседник", "Two talk, and neither learns who the other is"),
    people=("Анна", "Тимур", "Зоя"),
    admin="Мария",
    role="stranger",
    tally=Letters,
    clock=True,
)
