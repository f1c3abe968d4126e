"""A message of the admin goes to all players: each gets it once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from clicker.emulator.people import NotShownError
from tests.broadcasting import play
from tests.harness import PATIENCE, restart, set_up

if TYPE_CHECKING:
    from pathlib import Path

    from clicker.emulator.people import Person
    from clicker.emulator.telegram import Telegram
    from tests.conftest import NewBot
    from tests.harness import Bot
    from tests.launcher import Launcher

NEWS = "Завтра двойные клики!"
SEEDS = range(4)


async def crowd(telegram: Telegram, number: int) -> list[Person]:
    """So many players, who have signed up."""
    people = [telegram.person(1000 + n, first_name=f"Игрок {n}") for n in range(number)]
    for person in people:
        person.send("/start")
    for person in people:
        await person.wait(lambda: person.newest.startswith("Приветствую"), PATIENCE)  # noqa: B023 - awaited here
    return people


def copies(person: Person) -> int:
    """How many times the player got the news."""
    return person.answers.count(NEWS)


def shows(admin: Person, state: str) -> bool:
    """Whether the progress, one message that is edited again and again, says so."""
    return any(text.startswith(state) for text in admin.answers)


def pressed(admin: Person, button: str) -> bool:
    """Press it, if it is shown by now."""
    try:
        admin.press(button)
    except NotShownError:
        return False
    return True


async def test_a_message_goes_to_all_players_once(bot: Bot, telegram: Telegram) -> None:
    """Whoever has blocked the bot is counted and marked; only the admin's own chat may begin one, and one at a time."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 30)
    people[7].block()
    source = admin.send(NEWS)["message_id"]
    admin.send("/broadcast")
    await admin.wait(lambda: admin.newest.startswith("Ответьте командой /broadcast"), PATIENCE)
    stranger = people[3]
    stranger.send("/broadcast", reply_to=stranger.send("Привет")["message_id"])
    admin.send("/broadcast", reply_to=source)
    await admin.wait(lambda: shows(admin, "Рассылка завершена. Отправлено: 29 из 29"), PATIENCE)
    assert [copies(person) for person in people] == [0 if person is people[7] else 1 for person in people]
    assert len([text for text in admin.answers if text.startswith("Рассылка")]) == 1


async def test_the_admin_steers_it_by_buttons(new_bot: NewBot, telegram: Telegram) -> None:
    """Paused over a SIGKILL, continued, stopped: nobody gets it twice, and after the stop nobody at all."""
    bot = new_bot(MESSAGES_PER_SECOND="5")
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 40)
    admin.send("/broadcast", reply_to=admin.send(NEWS)["message_id"])
    await telegram.wait(lambda: any(map(copies, people)), PATIENCE)
    await admin.wait(lambda: pressed(admin, "⏸ Пауза"), PATIENCE)
    await admin.wait(lambda: shows(admin, "Рассылка на паузе"), PATIENCE)
    paused = sum(map(copies, people))
    await restart(bot, kill=True)
    assert shows(admin, "Рассылка на паузе")
    admin.send("/broadcast", reply_to=admin.send("Ещё одна")["message_id"])
    await admin.wait(lambda: admin.newest.startswith("Одна рассылка уже идёт"), PATIENCE)
    assert sum(map(copies, people)) == paused
    await admin.wait(lambda: pressed(admin, "▶️ Продолжить"), PATIENCE)
    await telegram.wait(lambda: sum(map(copies, people)) > paused, PATIENCE)
    await admin.wait(lambda: pressed(admin, "⏹ Остановить"), PATIENCE)
    await admin.wait(lambda: shows(admin, "Рассылка остановлена"), PATIENCE)
    stopped = sum(map(copies, people))
    await restart(bot)
    assert stopped < len(people)
    assert [max(map(copies, people)), sum(map(copies, people))] == [1, stopped]


@pytest.mark.timeout(400)
async def test_nobody_is_left_out_or_gets_it_twice(starter: Launcher, tmp_path: Path) -> None:
    """Killed, cut off, paused, blocked on the way: each player has one copy in the end, and the admin reads so."""
    outcomes = await asyncio.gather(*(play(seed, starter, tmp_path) for seed in SEEDS))
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
