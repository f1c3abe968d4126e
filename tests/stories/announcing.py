"""What the admin does with a broadcast: asks for it, reads the question, presses buttons; and who has got it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.chaos.broadcasting import NEWS, SEND
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

CANCEL, PAUSE, RESUME, STOP = "Отмена", "⏸ Пауза", "▶️ Продолжить", "⏹ Остановить"


async def crowd(telegram: Telegram, number: int, first: int = 1001) -> list[Person]:
    """So many players, whose ids begin with `first`."""
    people = [telegram.person(first + n, first_name=f"Игрок {n}") for n in range(number)]
    for person in people:
        person.send("/start")
    await telegram.wait(lambda: all(person.answers for person in people), PATIENCE)
    return people


def copies(people: list[Person]) -> list[int]:
    """How many times each has got the news."""
    return [person.answers.count(NEWS) for person in people]


async def ask(admin: Person, text: str = NEWS) -> int:
    """The admin answers a message of his own with the command, and is asked; returns the id of the message."""
    number, before = int(admin.send(text)["message_id"]), asked(admin)
    admin.send("/broadcast", reply_to=number)
    await admin.wait(lambda: asked(admin) > before, PATIENCE)
    return number


def asked(admin: Person) -> int:
    """How many questions the admin sees."""
    return sum("Разослать это сообщение?" in text for text in admin.answers)


async def broadcast(admin: Person, text: str = NEWS) -> int:
    """The admin has a message of his own sent; returns its id."""
    number = await ask(admin, text)
    assert await press(admin, SEND) == "Рассылка начинается."
    return number


async def read(admin: Person, part: str) -> str:
    """Wait until the admin sees a message of the bot with this in it; the whole text."""
    found = lambda: next((text for text in reversed(admin.answers) if part in text), None)  # noqa: E731
    return str(await admin.wait(found, PATIENCE))


async def press(admin: Person, button: str, message_id: int | None = None) -> str:
    """Press a button of a message, or of the newest that has it; what the bot answers."""
    query = admin.press(button, message_id)
    await admin.bot.world.wait(lambda: admin.alert(query), PATIENCE)
    return str((admin.alert(query) or {})["text"])
