"""Eight seeds of chaos among replicas, `python -m tests.chaos.replicas` plays more of them; and the race by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.chaos.replicas import play_on
from tests.postgres.replicas import replicas
from tests.postgres.test_standby import GENEROUS
from tests.stories.harness import set_up, sign_up

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server
    from tests.stories.launcher import Launcher

pytestmark = pytest.mark.long


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seeds", [(1, 2, 3, 4), (5, 6, 7, 8)])
async def test_every_tap_counts_once(starter: Launcher, own: Server, tmp_path: Path, seeds: tuple[int, ...]) -> None:
    """Killed, stopped, brought twice, the server crashes: no number above the true one is told, and the last is it."""
    outcomes = [await play_on(own, seed, starter, tmp_path) for seed in seeds]
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.kills + outcome.stops for outcome in outcomes) > 0


@pytest.mark.parametrize("level", ["read committed", "serializable"])
async def test_the_race(new_bot: NewBot, telegram: Telegram, own: Server, level: str) -> None:
    """The same updates to all three at once: each counts once, however the server isolates transactions."""
    url = await own.empty()
    connection = await asyncpg.connect(url)
    database = url.rsplit("/", 1)[1].partition("?")[0]
    await connection.execute(f"ALTER DATABASE {database} SET default_transaction_isolation TO '{level}'")
    await connection.close()
    async with replicas(new_bot, telegram, url) as three:
        await three.start()
        await set_up(three.bots[0], telegram)
        people = [await sign_up(telegram, 1001 + number, "Анна") for number in range(10)]
        telegram.faults.add("webhook", "twice", value=[three.hook(number) for number in range(3)], times=None)
        for _ in range(20):
            for person in people:
                person.send("Клик")
        await telegram.wait(lambda: not telegram.queue_of(), GENEROUS)
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT click FROM users")
        await connection.close()
        assert [row[0] for row in rows] == [20] * 10
        await three.stop()
