"""What people are told by replicas: at Telegram's pace over all of them, and the last number is the right one."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.postgres.replicas import replicas
from tests.postgres.test_standby import GENEROUS, is_told
from tests.stories.harness import set_up, sign_up
from tests.stories.lateness import lateness

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

pytestmark = pytest.mark.long

LATE = 0.3
"""Seconds that a message may be late on a busy machine."""


def busiest(telegram: Telegram, seconds: float) -> int:
    """The most messages within so long."""
    at = [call.at for call in telegram.calls if call.method == "sendMessage" and call.status == 200]
    return max(sum(begin <= one < begin + seconds for one in at) for begin in at)


async def test_one_player_in_a_rush(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """He hears once a second, whichever replicas his taps meet, and soon the number that is true; first the greeting.

    In a group, where less may be said, the last number is the right one as well.
    """
    async with replicas(new_bot, telegram, database_url) as three:
        await three.start()
        await set_up(three.bots[0], telegram)
        hasty = telegram.person(1002, first_name="Борис")
        telegram.faults.add("sendMessage", "latency", value=0.2)
        hasty.send("/start")
        hasty.send("Клик")
        await is_told(hasty, "Кликов: 1 🏆")
        assert hasty.answers == ["Приветствую Борис", "Кликов: 1 🏆"]
        group = telegram.group(-5, "Чат", (hasty,))
        for _ in range(30):
            group.send(hasty, "Клик")
        anna = await sign_up(telegram, 1001, "Анна")
        before, began = len(anna.answers), time.monotonic()
        for _ in range(30):
            anna.send("Клик")
            await asyncio.sleep(0.1)
        await is_told(anna, "Кликов: 30 🏆")
        told = [int(text.split()[1]) for text in anna.answers[before:]]
        assert told == sorted(set(told))
        assert len(told) <= time.monotonic() - began + 2
        await group.wait(lambda: group.newest == "Кликов: 30 🏆", GENEROUS)
        await three.stop()
        assert group.newest == "Кликов: 30 🏆"


async def test_a_number_whose_slot_comes_soon_rides(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """On the answer to its tap, which is held for that long: a message of its own costs as much as all the rest."""
    async with replicas(new_bot, telegram, database_url, count=1, MESSAGES_PER_SECOND="600") as one:
        await one.start()
        await set_up(one.bots[0], telegram)
        people = [await sign_up(telegram, number, "Анна") for number in range(1001, 1041)]
        for person in people:
            person.send("Клик")
        for person in people:
            await is_told(person, "Кликов: 1 🏆")
        told = [call for call in telegram.calls if call.params.get("text") == "Кликов: 1 🏆"]
        assert sum(call.rode for call in told) > len(people) / 2
        connection = await asyncpg.connect(database_url)
        await connection.execute("UPDATE told SET said = '-infinity', due = '-infinity'")  # as if it were long ago
        await connection.close()
        # Whichever of two equal answers gets to Telegram.
        telegram.faults.add("webhook", "twice", value=[one.hook(0)] * 2, times=None)
        for person in people:
            person.send("Клик")
        for person in people:
            await is_told(person, "Кликов: 2 🏆")
        await one.stop()


async def test_many_at_once(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """In no second more than replicas may send together, also after one of them has met a 429; all hear theirs."""
    async with replicas(new_bot, telegram, database_url) as three:
        await three.start()
        await set_up(three.bots[0], telegram)
        people = [telegram.person(number, first_name="Анна") for number in range(1001, 1081)]
        telegram.faults.add("sendMessage", "429", value=2, after=20)
        async with lateness() as late:
            for person in people:
                person.send("/start")
            for person in people:
                await person.wait(lambda: person.newest.startswith("Приветствую"), GENEROUS)  # noqa: B023
            for person in people:
                person.send("Клик")
            for person in people:
                await is_told(person, "Кликов: 1 🏆")
        calls = [call for call in telegram.calls if call.method == "sendMessage"]
        refused = next(call.at for call in calls if call.status == 429)
        soon = [call for call in calls if refused + 0.7 + late.worst < call.at < refused + 2]
        assert len(soon) <= 10  # slots that others had leased before; forty would be there at the pace of before
        assert busiest(telegram, 2) <= 30 * (2 + LATE + late.worst) + 1
        await three.stop()
