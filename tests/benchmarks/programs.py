"""The bots as programs: how each is started, and whether it can be."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import gettempdir

from emulator.page.process import Process
from tests.benchmarks.chat import ADMIN, ROOT, TOKEN
from tests.benchmarks.ours import OurBackup, filled
from tests.benchmarks.report import FIRST, POSTGRES
from tests.benchmarks.session import bot_at

BOTS = "tests.benchmarks.bots"
GRAMMY = "GRAMMY"
"""The variable that names the directory in which `npm install` has put grammY, see bots/grammy.cjs."""

START = 600.0
"""Seconds for a start with ten million players."""


@dataclass(frozen=True)
class Program:
    """A bot: what is run, the players whom it knows at the start, and where their table comes from."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    players: int = 0
    is_ours: bool = False
    """Where answers have to wait it sends the newest number only."""
    database_url: str = ""
    """Where its table is; if nowhere else, it finds it in the chat."""
    missing: str = ""
    """Why it cannot be started."""


def ours(durability: str, players: int, pace: int = 1_000) -> Program:
    """The bot itself; `pace`: messages a second over all chats."""
    nowhere = str(Path(gettempdir(), "no.env"))
    settings = {"DURABILITY": durability, "MESSAGES_PER_SECOND": str(pace), "LOG_LEVEL": "INFO", "ADMIN_ID": str(ADMIN)}
    return Program("this bot", (sys.executable, "main.py", "--env-file", nowhere), settings, players, is_ours=True)


def on_server(url: str, players: int) -> Program:
    """The bot itself, with its tables there."""
    return replace(ours("exact", players), name=f"this bot on {POSTGRES}", database_url=url)


def replica(url: str, players: int, port: int) -> Program:
    """One of the replicas of the bot, to which Telegram brings the updates at this port."""
    program = on_server(url, players)
    where = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "WEBHOOK_PORT": str(port)}
    return replace(program, name=f"{program.name} by webhook", env={**program.env, **where})


def first(players: int) -> Program:
    """The first version."""
    return Program(FIRST, (sys.executable, "-m", f"{BOTS}.first", "--players", str(players)), players=players)


def libraries() -> list[Program]:
    """The same bot on other libraries: a counter in memory and an answer."""
    return [
        _python("python-telegram-bot", "python_telegram_bot"),
        _python("pyTelegramBotAPI", "pytelegrambotapi"),
        _grammy(),
    ]


def _python(name: str, module: str) -> Program:
    argv = (sys.executable, "-m", f"{BOTS}.{module}")
    try:
        return Program(f"{name} {version(name)}", argv)
    except PackageNotFoundError:
        return Program(name, argv, missing="not installed")


def _grammy() -> Program:
    modules = Path(os.environ.get(GRAMMY, "."), "node_modules").absolute()
    package, node = modules / "grammy" / "package.json", shutil.which("node")
    if node is None or not package.exists():
        return Program("grammY", (), missing=f"not installed, or not in ${GRAMMY}")
    name = f"grammY {json.loads(package.read_text(encoding='utf-8'))['version']}"
    return Program(name, (node, str(ROOT / "tests/benchmarks/bots/grammy.cjs")), {"NODE_PATH": str(modules)})


@asynccontextmanager
async def running(program: Program, url: str, shown: str = "") -> AsyncIterator[Process]:
    """The program with the Telegram at `url`, when it is ready; ours with its table stored there.

    `shown`: another address of this Telegram, which the program is given.
    """
    env = {**os.environ, **program.env, "BOT_TOKEN": TOKEN, "BOT_API_URL": shown or url}
    if program.database_url:
        env["DATABASE_URL"] = program.database_url
    elif program.is_ours:
        env["CONFIG_ID"] = str(await store(url, program.players))
    process = Process(program.argv, env, cwd=ROOT)
    print(f"  with {program.name}", flush=True)
    await process.start()
    try:
        await process.wait_line("Ready", START)
        yield process
    finally:
        if process.running:
            await process.kill()


async def store(url: str, players: int) -> int:
    """Leave a table in the chat as a clean stop leaves it; returns the document's message."""
    async with bot_at(url) as bot:
        backup = OurBackup(bot, ADMIN)
        await backup.begin(filled(players))
        await asyncio.to_thread(backup.saver.save, last=True)
        return backup.message_id
