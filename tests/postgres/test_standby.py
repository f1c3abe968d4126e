"""One polls, any other stands by: killed, stopped, paused, cut off, with taps that go on all the while."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import PATIENCE, set_up, sign_up

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

GENEROUS = 3 * PATIENCE

if sys.platform == "win32":
    PAUSE = GO_ON = 0  # no process can be paused there
else:
    PAUSE, GO_ON = signal.SIGSTOP, signal.SIGCONT


class Rush:
    """Players who tap without waiting, and how often."""

    def __init__(self, *people: Person) -> None:
        self.people = people
        self.taps = dict.fromkeys(people, 0)
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Tap until told to end."""
        self._task = asyncio.create_task(self._tap())

    async def end(self) -> None:
        """No taps more; each player is told the number of his."""
        if self._task:
            self._task.cancel()
        for person, taps in self.taps.items():
            await is_told(person, f"Кликов: {taps} 🏆")

    async def _tap(self) -> None:
        while True:
            for person in self.people:
                person.send("Клик")
                self.taps[person] += 1
            await asyncio.sleep(0.05)


async def is_told(person: Person, text: str) -> None:
    """Wait until this is the newest that he reads."""
    try:
        await person.wait(lambda: person.newest == text, GENEROUS)
    except TimeoutError:
        pytest.fail(f"the newest is {person.newest!r}, and not {text!r}")


async def two(new_bot: NewBot, telegram: Telegram, database_url: str) -> tuple[Bot, Bot, Rush]:
    """One that polls, one that stands by, and three players who tap."""
    first, second = new_bot(DATABASE_URL=database_url), new_bot(DATABASE_URL=database_url)
    await set_up(first, telegram)
    people = [await sign_up(telegram, number, "Анна") for number in (1001, 1002, 1003)]
    await second.start()
    await second.wait_line("Started as @")
    rush = Rush(*people)
    rush.begin()
    return first, second, rush


@pytest.mark.parametrize("way", ["killed", "stopped"])
async def test_another_takes_over_in_a_rush(new_bot: NewBot, telegram: Telegram, database_url: str, way: str) -> None:
    """Every tap counts once; after a clean stop at once, after a SIGKILL when the lease is over."""
    first, second, rush = await two(new_bot, telegram, database_url)
    await asyncio.sleep(0.5)
    assert not any("Ready: " in line for line in second.lines)
    if way == "killed":
        await first.kill()
    else:
        assert await first.stop() == 0
    began = time.monotonic()
    await second.wait_line("Ready: users 3, ", GENEROUS)
    assert time.monotonic() - began < 30, "the standby took its time"  # a guard; how long it takes is measured by hand
    await asyncio.sleep(0.3)
    await rush.end()
    assert await second.stop() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be paused there")
async def test_one_that_was_paused_counts_nothing_twice(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """It stands by when it goes on, and takes over when the other one ends."""
    first, second, rush = await two(new_bot, telegram, database_url)
    await asyncio.sleep(0.3)
    first.signal(PAUSE)
    await second.wait_line("Ready: users 3, ", GENEROUS)
    await asyncio.sleep(0.3)
    first.signal(GO_ON)
    await first.wait_line("this one stands by", GENEROUS)
    await second.kill()
    await asyncio.sleep(0.5)
    await rush.end()
    assert await first.stop() == 0
