"""The demo: a local Telegram with a page, and this checkout's bots as child processes against it, one to begin with."""

from __future__ import annotations

import asyncio
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
from emulator.page.playbill import Playbill
from emulator.page.process import Process, ProcessError
from emulator.page.scene import Scene
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from runtime import process as signals
from scenes import CASTS

if TYPE_CHECKING:
    from collections.abc import Coroutine


MAIN = Path(__file__).with_name("main.py")
MOVED = MAIN.with_name("scenes") / "moved.py"
CLOCK = "ahead"
USUAL_PORT = 8080
START_TIME = 60.0  # seconds; a slow machine that imports everything for the first time
SETTINGS = {"BACKUP_INTERVAL": "5", "LOG_LEVEL": "INFO", "LOG_FORMAT": "text"}
SETTINGS["NO_PROXY"] = "*"  # the local Telegram is on this machine, whatever the system says of proxies
FOREIGN = {*SETTINGS, "BOT_TOKEN", "ADMIN_ID", "BOT", "CONFIG_ID", "BOT_API_URL", "DURABILITY", "HISTORY"}
FOREIGN |= {"MESSAGES_PER_SECOND", "TIMEZONE", "DEFAULT_TIMEZONE", "JWT_SECRET", "PUBLIC_URL"}
FOREIGN |= {"METRICS_PORT", "PORT", "SENTRY_DSN", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}


MONEY = ("HELEKET_", "FRAGMENT_")
"""What names of settings begin with by which a shop takes or spends real money."""

CLICKER = "clicker"


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
    async with AsyncExitStack() as stack:
        kinds = signals.ends()
        stack.enter_context(signals.handled(kinds, lambda: loop.call_soon_threadsafe(stop.set)))
        company = Company(Path(stack.enter_context(TemporaryDirectory(prefix=f"{name}-demo-"))), name)
        server = await _serve(stack, company.playbill, port)
        company.hire(server.url)
        stack.push_async_callback(company.end)
        if await _unless(stop, _first(company, name)):
            print(f"The {name} plays at {server.url} (Ctrl-C stops everything)", flush=True)
            if _may_open_browser():
                # A thread that nobody waits for: some browsers return only when they are closed.
                threading.Thread(target=_open_browser, args=(server.url,), daemon=True).start()
            await stop.wait()


def _kept() -> dict[str, str]:
    """The variables of this machine that a bot of the demo may see."""
    return {
        key: os.environ[key] for key in os.environ if key.upper() not in FOREIGN and not key.upper().startswith(MONEY)
    }


async def _first(company: Company, name: str) -> None:
    """The bot that was asked for must start."""
    try:
        await company.playbill.choose(name)
    except ProcessError as error:
        raise DemoError(1, str(error)) from None


class Company:
    """All bots in one Telegram: each has a token, an admin, a file for its settings and a process, not yet started."""

    def __init__(self, folder: Path, first: str) -> None:
        self.folder = folder
        self.telegram = Telegram(limits=Limits())
        names = [first, *(name for name in CASTS if name != first)]
        self.scenes = {name: self._scene(number, name) for number, name in enumerate(CASTS)}
        self.playbill = Playbill({name: self.scenes[name] for name in names}, self._set_up, self._moved)
        self._ahead = 0.0
        self._moved(0)

    def hire(self, url: str) -> None:
        """Make the processes, for bots that will find Telegram at this address."""
        for name, scene in self.scenes.items():
            env_file = self.folder / f"{name}.env"
            env_file.touch()  # a fresh one: the developer's own settings are neither read nor written
            own = {
                **dict(CASTS[name].settings),
                "BOT": name,
                "BOT_TOKEN": scene.bot.token,
                "BOT_API_URL": url,
                "PYTHONIOENCODING": "utf-8",
            }
            argv = [sys.executable, str(MOVED), str(self.folder / CLOCK), str(MAIN), "--env-file", str(env_file)]
            scene.process = Process(argv, {**_kept(), **SETTINGS, **own}, changes=self.telegram.changed)

    async def end(self) -> None:
        """Stop every bot, all at once."""
        self.playbill.close()
        processes = [scene.process for scene in self.scenes.values()]
        await asyncio.gather(*(process.stop() for process in processes if process is not None and process.running))

    def _scene(self, number: int, name: str) -> Scene:
        cast = CASTS[name]
        bot = self.telegram.add_bot(f"{42 + number}:DEMO", username=f"{name}_bot", name=cast.title)
        *_, admin = (
            self.telegram.person(1001 + 100 * number + place, bot=bot, first_name=person, language_code="ru")
            for place, person in enumerate((*cast.people, cast.admin))
        )
        tally = None if cast.tally is None else cast.tally()
        scene = Scene(self.telegram, bot, admin, tally=tally, purse=cast.purse, clock=cast.clock)
        scene.role, scene.line = cast.role, cast.line
        if cast.channel:
            self.telegram.channel(cast.channel, cast.title, username=f"{name}_channel", owner=admin)
            bot.inline.on = True
        return scene

    async def _set_up(self, name: str) -> None:
        """Start the bot and set it up as its admin would: with the one-time code from the log."""
        process, admin = self.scenes[name].process, self.scenes[name].admin
        if process is None or admin is None:
            raise ProcessError(f"{name} has nobody to start it")
        try:
            await process.start()
            code = (await process.wait_line(r"admin ([0-9a-f]{10})\b", START_TIME))[1]
            admin.send(f"admin {code}")
            await process.wait_line(r"CONFIG_ID=\d+", START_TIME)
        except TimeoutError:
            last = process.lines[-1] if process.lines else "it said nothing"
            raise ProcessError(f"The bot did not get ready within {START_TIME:g} s; its last line: {last}") from None
        except (ProcessError, OSError) as error:
            raise ProcessError(f"The bot did not start: {error}") from None

    def _moved(self, seconds: float) -> None:
        """Write down by how much the time is ahead, where the bots' processes look for it."""
        self._ahead += seconds
        file = self.folder / CLOCK
        file.with_suffix(".new").write_text(str(self._ahead), encoding="ascii")
        file.with_suffix(".new").replace(file)


async def _serve(stack: AsyncExitStack, playbill: Playbill, port: int | None) -> Server:
    """The local Telegram on the port asked for; without one on the usual port, or on a free one if that is taken."""
    for candidate in (USUAL_PORT, 0) if port is None else (port,):
        try:
            return await stack.enter_async_context(serve(playbill.telegram, port=candidate, extra=routes(playbill)))
        except (OSError, OverflowError):
            continue
    raise DemoError(2, f"Port {port} is in use or not allowed: choose another one with --port.")


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


def _open_browser(url: str) -> None:
    """If BROWSER names one that cannot be started, the address stands in the terminal all the same."""
    with suppress(webbrowser.Error, OSError, ValueError):
        webbrowser.open(url)


def _may_open_browser() -> bool:
    display = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(display) and not os.environ.get("CI")
