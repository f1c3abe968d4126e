"""The random chat: three strangers and the moderator, and every message delivered once."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from emulator.page.tally import Pinned, Promise
from scenes.cast import Cast, tables

if TYPE_CHECKING:
    from emulator.page.tally import Crowd
    from emulator.state.chats import Json
    from emulator.state.people import Person

IN_A_CHAT = {"Стоп", "Stop"}
PASSED_ON = {"send", "album", "voice", "sticker", "file"}

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
    """What a person sends to a stranger, and those of them that stand in the others' chats."""

    promise = PROMISE
    tap: str | None = None

    def __init__(self) -> None:
        self._sent: defaultdict[int, Counter[str]] = defaultdict(Counter)
        nothing: dict[int, int] = {}
        self._stored = Pinned(passed, nothing)

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Count what is passed on: neither a button nor a command, while there is a partner."""
        shown = {label for row in person.keyboard for label in row}
        if not shown & IN_A_CHAT or action not in PASSED_ON:
            return
        for key in map(content, sent):
            if key not in shown and not key.startswith("/"):
                self._sent[person.id][key] += 1

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Messages sent, delivered, stored."""
        mine = self._sent[person.id]
        arrived = sum(self._copies(cast, person, key) for key in mine)
        return mine.total(), arrived, self._stored.of(cast.admin).get(person.id)

    def _copies(self, cast: Crowd, person: Person, key: str) -> int:
        """How often the others got this; where several have written it, each of them gets what is his."""
        others = [other for other in cast.people if other is not person and other is not cast.admin]
        seen = (message for other in others for message in other.chat.messages.values() if message.outgoing)
        found = sum(1 for message in seen if content(message.data) == key)
        alone = not any(self._sent[other.id][key] for other in others)
        return found if alone else min(found, self._sent[person.id][key])


def content(message: Json) -> str:
    """The words of a message, or the file in it: a copy has the same."""
    for kind in ("photo", "voice", "sticker", "document"):
        if kind in message:
            file = message[kind][-1] if kind == "photo" else message[kind]
            return f"{kind} {file['file_unique_id']}"
    return str(message.get("text", ""))


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
