"""Taps through the local Telegram, which runs here, to a bot in a process of its own whose processor time is read."""

import asyncio
import math
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import gettempdir

from aiogram import Bot

from clicker import texts
from clicker.emulator.people import Person
from clicker.emulator.process import Process
from clicker.emulator.server import serve
from tests.benchmarks.chat import ADMIN, ROOT, TOKEN, new_telegram
from tests.benchmarks.crowd import crowd
from tests.benchmarks.ours import OurBackup
from tests.benchmarks.report import Report
from tests.benchmarks.samples import Samples
from tests.benchmarks.session import bot_at

TICKS = 100
"""Ticks in a second of Linux's /proc (USER_HZ, proc(5))."""

LOOK = 0.05
PATIENCE = 300.0
"""Seconds after which a load counts as failed."""


@dataclass(frozen=True)
class Load:
    """So many people tap so many times each; all taps wait in the queue at once."""

    people: int
    taps: int

    def __str__(self) -> str:
        return f"{self.people:,} x {self.taps} taps"


@dataclass(frozen=True)
class Strain:
    """What one load cost: seconds until the last answer, and the bot's processor seconds per tap."""

    seconds: float
    cpu: float


async def measure_load(report: Report, load: Load, players: int, repeats: int, *, first: Load | None = None) -> None:
    """Add the rows for a table of so many players; `first`: a smaller load for the first version."""
    other = first or load
    theirs = await _strains(other, players, repeats, None)
    for durability in ("exact", "interval"):
        ours = await _strains(load, players, repeats, durability)
        what = f"{load}, {durability}"
        report.add(f"CPU per tap, {what}", players, "s", _per_tap(ours), _per_tap(theirs))
        report.add(f"taps per second, {what}", players, "/s", _rate(ours, load), _rate(theirs, other))


def _per_tap(strains: list[Strain]) -> Samples:
    return Samples([strain.cpu for strain in strains])


def _rate(strains: list[Strain], load: Load) -> Samples:
    return Samples([load.people * load.taps / strain.seconds for strain in strains])


async def _strains(load: Load, players: int, repeats: int, durability: str | None) -> list[Strain]:
    telegram = new_telegram()
    async with serve(telegram) as server, bot_process(server.url, players, durability) as process:
        every = durability is None
        clicks: dict[Person, int] = {}
        for chatid, name, click, *_ in islice(crowd(players), load.people):
            clicks[telegram.person(chatid, first_name=name)] = click
        await _strain(process, clicks, 1, every=every)  # the bot warms up
        return [await _strain(process, clicks, load.taps, every=every) for _ in range(repeats)]


async def _strain(process: Process, clicks: dict[Person, int], taps: int, *, every: bool) -> Strain:
    """Let all tap and wait for the last number; `every`: for an answer to each tap, as they may overtake each other."""
    before, started = cpu_seconds(process.pid), time.perf_counter()
    for _ in range(taps):
        for person in clicks:
            person.send(texts.CLICK)
    for person in clicks:
        clicks[person] += taps
    waiting = list(clicks)
    while waiting:
        await asyncio.sleep(LOOK)
        waiting = [person for person in waiting if not _is_answered(person, clicks[person], taps if every else 1)]
        if not process.running or time.perf_counter() - started > PATIENCE:
            state = f"{process.state}, {process.returncode}, {process.lines[-2:]}"
            raise RuntimeError(f"{len(waiting)} people got no answer from the bot ({state})")
    seconds = time.perf_counter() - started
    for person in clicks:
        person.clear_history()
    return Strain(seconds, (cpu_seconds(process.pid) - before) / (len(clicks) * taps))


def _is_answered(person: Person, clicks: int, least: int) -> bool:
    answers = person.answers
    return len(answers) >= least and texts.clicks(clicks) in answers


@asynccontextmanager
async def bot_process(url: str, players: int, durability: str | None) -> AsyncIterator[Process]:
    """The bot that is ready: ours with its durability, the first version with None."""
    env = {**os.environ, "BOT_TOKEN": TOKEN, "BOT_API_URL": url}
    argv = ["-m", "tests.benchmarks.first_bot", "--players", str(players)]
    if durability:
        place = {"ADMIN_ID": str(ADMIN), "CONFIG_ID": str(await _store(url, players))}
        env |= {"DURABILITY": durability, "MESSAGES_PER_SECOND": "1000", "LOG_LEVEL": "INFO", **place}
        argv = ["main.py", "--env-file", str(Path(gettempdir(), "no.env"))]
    process = Process([sys.executable, *argv], env, cwd=ROOT)
    await process.start()
    try:
        await process.wait_line("Ready", 120)
        yield process
    finally:
        if process.running:
            await process.kill()


async def _store(url: str, players: int) -> int:
    """Leave a table in the chat as a clean stop leaves it; returns the document's message."""
    async with bot_at(url) as bot:
        return await _store_with(bot, players)


async def _store_with(bot: Bot, players: int) -> int:
    backup = OurBackup(bot, ADMIN)
    await backup.begin(players)
    await asyncio.to_thread(backup.keeper.save, last=True)
    return backup.message_id


def cpu_seconds(pid: int | None) -> float:
    """Processor seconds of a process so far, all its threads, user and system; not a number where there is no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return math.nan
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS
