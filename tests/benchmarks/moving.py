"""Moves of all tables to a server and back, by the command, beside a restore; seconds on the clock, and memory."""

import asyncio
import os
import sys
from pathlib import Path
from tempfile import gettempdir

from emulator.page.process import Process
from tests.benchmarks.chat import ADMIN, ROOT, TOKEN, telegram_apart
from tests.benchmarks.ours import OurBackup
from tests.benchmarks.proc import peak_bytes
from tests.benchmarks.programs import store
from tests.benchmarks.report import POSTGRES, Report
from tests.benchmarks.samples import Samples, once
from tests.benchmarks.session import bot_at
from tests.postgres.server import MISSING, postgres

LOOK = 0.05
MOVE, RESTORE = "move of all tables {}", "restore"
SIDES = {"postgresql": "to a server", "telegram": "to Telegram"}


async def measure_move(report: Report, players: int) -> None:
    """Add the rows for a table of so many players, once each way."""
    async with telegram_apart() as url:
        message_id = await store(url, players)
        async with bot_at(url) as bot:
            restored = Samples([await once(lambda: OurBackup(bot, ADMIN).restore(message_id))])
        with postgres() as server:
            if server is None:
                report.add(MOVE.format(SIDES["postgresql"]), players, "s", restored, {POSTGRES: MISSING})
                return
            env = {"DATABASE_URL": server.url(), "CONFIG_ID": str(message_id)}
            for side, where in SIDES.items():
                seconds, peak = await _move(side, url, env)
                report.add(MOVE.format(where), players, "s", seconds, {RESTORE: restored})
                report.add(f"memory, peak of a {MOVE.format(where)}", players, "B", peak)


async def _move(side: str, url: str, env: dict[str, str]) -> tuple[Samples, Samples]:
    """Seconds on the clock from the command to its end, and the most memory it had."""
    argv = [sys.executable, "main.py", "--env-file", str(Path(gettempdir(), "no.env")), "move", side, "--yes"]
    settings = {"BOT_TOKEN": TOKEN, "BOT_API_URL": url, "ADMIN_ID": str(ADMIN)}
    process, peak = Process(argv, {**os.environ, **settings, **env}, cwd=ROOT), 0.0

    async def run() -> None:
        nonlocal peak
        await process.start()
        while process.running:
            now = peak_bytes(process.pid)
            peak = max(peak, now)  # not a number when it has just ended
            await asyncio.sleep(LOOK)
        if await process.wait():
            raise RuntimeError(f"the move ended with status {process.returncode}: {process.lines[-2:]}")

    return Samples([await once(run)]), Samples([peak])
