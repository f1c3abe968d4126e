"""Resident memory: of the bot when it has restored its table, and the peak while the whole of it is saved."""

import sys

from emulator.page.process import Process
from tests.benchmarks.chat import ROOT, telegram_apart
from tests.benchmarks.costs import Figure
from tests.benchmarks.first import BEARS
from tests.benchmarks.proc import peak_bytes, resident_bytes
from tests.benchmarks.programs import START, first, ours, running, store
from tests.benchmarks.report import FIRST, Report
from tests.benchmarks.samples import Samples


async def measure_memory(report: Report, players: int) -> None:
    """Add the rows for a table of so many players."""
    async with telegram_apart() as url:
        theirs = await _theirs(url, players)
        async with running(ours("interval", players), url) as bot:
            resident, top = resident_bytes(bot.pid), peak_bytes(bot.pid)
        before, peak = await _whole_save(url, players)
    report.add("memory after a restore", players, "B", Samples([resident]), {FIRST: theirs})
    report.add("memory, peak of the restore", players, "B", Samples([top]), {"after it": Samples([resident])})
    report.add("memory, peak of a save of everything", players, "B", Samples([peak]), {"before it": Samples([before])})


async def _theirs(url: str, players: int) -> Figure:
    if players > BEARS:
        return "linear in players"
    async with running(first(players), url) as bot:
        return Samples([resident_bytes(bot.pid)])


async def _whole_save(url: str, players: int) -> tuple[float, float]:
    """Bytes before and at the peak of a save of everything."""
    message_id = await store(url, players)
    process = Process([sys.executable, "-m", "tests.benchmarks.whole_save", url, str(message_id)], cwd=ROOT)
    await process.start()
    try:
        found = await process.wait_line(r"Saved: (\S+) (\S+)", START)
        return float(found[1]), float(found[2])
    finally:
        if process.running:
            await process.kill()
