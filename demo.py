"""The demo: a local Telegram with three people and a page, and this checkout's bot as a child process against it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import webbrowser
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from emulator.http.server import Server, serve
from emulator.page.control import routes
from emulator.page.process import Process, ProcessError
from emulator.page.scene import Scene
from emulator.page.tally import Tally
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from runtime import process as signals

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from emulator.state.changes import Changes
    from emulator.state.people import Person

MAIN = Path(__file__).with_name("main.py")
TOKEN = "42:DEMO"  # noqa: S105  # valid nowhere but here
USUAL_PORT = 8080
START_TIME = 60.0  # seconds; a slow machine that imports everything for the first time
SETTINGS = {"BACKUP_INTERVAL": "5", "LOG_LEVEL": "INFO", "LOG_FORMAT": "text", "BOT_TOKEN": TOKEN}
SETTINGS["NO_PROXY"] = "*"  # the local Telegram is on this machine, whatever the system says of proxies
FOREIGN = {*SETTINGS, "ADMIN_ID", "BOT", "CONFIG_ID", "BOT_API_URL", "DURABILITY", "HISTORY", "MESSAGES_PER_SECOND"}
FOREIGN |= {"METRICS_PORT", "PORT", "SENTRY_DSN", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
MONEY = ("HELEKET_", "FRAGMENT_")
"""What names of settings begin with by which a shop takes or spends real money."""

CLICKER = "clicker"
USUAL = ("Анна", "Тимур")
CASTS = {CLICKER: ("Кликер", USUAL), "roulette": ("Случайный чат", (*USUAL, "Зоя")), "calories": ("Калории", ("Анна",))}
CASTS["bazaar"] = ("Водий бозор", USUAL)
"""What the page calls a bot, and who plays with it beside the admin."""

CHANNEL = -1001234567890
OWN = {"bazaar": {"CHANNEL_ID": str(CHANNEL), "ADS_PER_DAY": "0", "QUIET_HOURS": "0-0"}}
OWN["bazaar"] |= {"REPOST_INTERVAL": "60", "SOLD_INTERVAL": "180", "AD_LIFE": "3600"}
"""Settings of a bot's own; here half an hour is a minute, so that it can be seen."""


class DemoError(Exception):
    """The demo cannot run: exit status and one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


def run(port: int | None = None, name: str = CLICKER) -> int:
    """Play with the bot of this name until Ctrl-C; returns the exit status.

    0, 1 when the bot does not start, 2 when the port cannot be used.
    """
    try:
        asyncio.run(_play(port, name))
    except DemoError as error:
        print(error, file=sys.stderr)
        return error.status
    return 0


async def _play(port: int | None, name: str) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    scene, admin = _cast(name)
    async with AsyncExitStack() as stack:
        kinds = signals.ends()
        stack.enter_context(signals.handled(kinds, lambda: loop.call_soon_threadsafe(stop.set)))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix=f"{name}-demo-")))
        server = await _serve(stack, scene, port)
        scene.process = process = _bot(name, server, folder / ".env", scene.telegram.changed)
        stack.push_async_callback(_stop, process)
        if await _unless(stop, _set_up(process, admin)):
            print(f"The {name} plays at {server.url} (Ctrl-C stops everything)", flush=True)
            if _may_open_browser():
                # A thread that nobody waits for: some browsers return only when they are closed.
                threading.Thread(target=_open_browser, args=(server.url,), daemon=True).start()
            await stop.wait()


def _cast(name: str) -> tuple[Scene, Person]:
    title, people = CASTS.get(name, (name.capitalize(), USUAL))
    telegram = Telegram(limits=Limits())
    bot = telegram.add_bot(TOKEN, username=f"{name}_bot", name=title)
    for number, person in enumerate(people, 1001):
        telegram.person(number, first_name=person, language_code="ru")
    if "CHANNEL_ID" in OWN.get(name, {}):
        telegram.channel(CHANNEL, title, username="vodiy_bozor")
        bot.inline.on = True
    admin = telegram.person(1001 + len(people), first_name="Мария", language_code="ru")
    return Scene(telegram, bot, admin, tally=tally() if name == CLICKER else None), admin


def tally() -> Tally:
    """What this checkout's bot counts: its button, its answer, and the numbers in its document."""
    return Tally("Клик", r"^Кликов: (\d+)", clicks)


def clicks(document: bytes) -> dict[int, int]:
    """Clicks by player id from the rows of the table `users`; none when the document is something else."""
    try:
        users = json.loads(document)["tables"]["users"]
        player, click = users["columns"].index("chatid"), users["columns"].index("click")
        return {row[player]: row[click] for row in users["rows"]}
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}


async def _serve(stack: AsyncExitStack, scene: Scene, port: int | None) -> Server:
    """The local Telegram on the port asked for; without one on the usual port, or on a free one if that is taken."""
    for candidate in (USUAL_PORT, 0) if port is None else (port,):
        try:
            return await stack.enter_async_context(serve(scene.telegram, port=candidate, extra=routes(scene)))
        except (OSError, OverflowError):
            continue
    raise DemoError(2, f"Port {port} is in use or not allowed: choose another one with --port.")


def _bot(name: str, server: Server, env_file: Path, changes: Changes) -> Process:
    """The bot with a fresh file for its settings: the developer's own are neither read nor written."""
    env_file.touch()
    kept = {
        one: os.environ[one] for one in os.environ if one.upper() not in FOREIGN and not one.upper().startswith(MONEY)
    }
    own = OWN.get(name, {})
    env = {**kept, **SETTINGS, **own, "BOT": name, "BOT_API_URL": server.url, "PYTHONIOENCODING": "utf-8"}
    return Process([sys.executable, str(MAIN), "--env-file", str(env_file)], env, changes=changes)


async def _set_up(process: Process, admin: Person) -> None:
    """Start the bot and set it up as its admin would: with the one-time code from the log."""
    try:
        await process.start()
        code = (await process.wait_line(r"admin ([0-9a-f]{10})\b", START_TIME))[1]
        admin.send(f"admin {code}")
        await process.wait_line(r"CONFIG_ID=\d+", START_TIME)
    except (ProcessError, OSError) as error:
        raise DemoError(1, f"The bot did not start: {error}") from None
    except TimeoutError:
        last = process.lines[-1] if process.lines else "it said nothing"
        raise DemoError(1, f"The bot did not get ready within {START_TIME:g} s; its last line: {last}") from None


async def _unless(stop: asyncio.Event, work: Coroutine[object, object, None]) -> bool:
    """Do `work` to its end, or break it off when `stop` is set; False if it was broken off."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    await asyncio.wait({working})
    return False


async def _stop(process: Process) -> None:
    if process.running:
        await process.stop()


def _open_browser(url: str) -> None:
    """If BROWSER names one that cannot be started, the address stands in the terminal all the same."""
    with suppress(webbrowser.Error, OSError, ValueError):
        webbrowser.open(url)


def _may_open_browser() -> bool:
    display = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(display) and not os.environ.get("CI")
