"""The example of the README: a whole bot in fifteen lines, with aiogram's own Bot, counts exactly once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.stories.harness import ADMIN, PATIENCE, say, stored
from tests.stories.launcher import ROOT, Bot
from tests.stories.script import Script

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Launcher


def example() -> str:
    """The block of the README that imports the library."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if "from pinstore import" in block]
    return str(found)


async def begin(bot: Bot) -> None:
    """Start it and wait until it polls: a program that imports all of aiogram takes its time on a busy machine."""
    await bot.start()
    await bot.wait_line("Start polling", 4 * PATIENCE)


async def test_the_example_counts_exactly_once(
    telegram: Telegram, server: Server, programs: Launcher, tmp_path: Path
) -> None:
    """Set-up, taps, SIGKILL, taps, SIGTERM, and once more: nothing lost, nothing twice, nothing left in the queue."""
    program = tmp_path / "bot.py"
    program.write_text(example(), encoding="utf-8")
    bot = Bot(Script(programs, program), server.url, tmp_path / ".env")
    try:
        await begin(bot)
        admin, anna = telegram.person(ADMIN), telegram.person(1001, first_name="Анна")
        admin.send(f"admin {(await bot.wait_line(r'admin ([0-9a-f]{10})'))[1]}")
        await admin.wait(lambda: admin.newest.startswith("config_id = "), PATIENCE)
        for number in range(1, 4):
            assert await say(anna, "Tap") == f"Taps: {number}"
        await bot.kill()
        anna.send("Tap")
        await begin(bot)
        await anna.wait(lambda: anna.newest == "Taps: 4", PATIENCE)
        assert await say(anna, "Tap") == "Taps: 5"
        assert await bot.stop() == 0, bot.output
        assert stored(telegram)["tables"]["taps"]["rows"] == [[1001, 5]]
        await begin(bot)
        assert await say(anna, "Tap") == "Taps: 6"
        assert await bot.stop() == 0, bot.output
        assert stored(telegram)["counts"] == {"taps": 1}
        assert not telegram.bot(42).queue.pending
    finally:
        await bot.close()


def test_it_is_as_short_as_it_says() -> None:
    """Fifteen lines of code or fewer."""
    assert len([line for line in example().splitlines() if line.strip()]) <= 15
