"""The company: this checkout's bots in one local Telegram, a process each, from its settings to its set-up."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.page.playbill import Playbill
from emulator.page.process import ProcessError
from emulator.page.scene import Scene
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from scenes import CASTS
from scenes.moved import tell
from scenes.understudies import Role, Understudies

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOCK = "ahead"
START_TIME = 60.0  # seconds; a slow machine that imports everything for the first time
SETTINGS = {"BACKUP_INTERVAL": "5", "LOG_LEVEL": "INFO", "LOG_FORMAT": "text"}
SETTINGS["NO_PROXY"] = "*"  # the local Telegram is on this machine, whatever the system says of proxies
FOREIGN = {*SETTINGS, "BOT_TOKEN", "ADMIN_ID", "BOT", "CONFIG_ID", "BOT_API_URL", "DURABILITY", "HISTORY"}
FOREIGN |= {"MESSAGES_PER_SECOND", "ANSWERS_PER_SECOND", "TIMEZONE", "DEFAULT_TIMEZONE", "JWT_SECRET", "PUBLIC_URL"}
FOREIGN |= {"METRICS_PORT", "PORT", "SENTRY_DSN", "DATABASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}
FOREIGN |= {"WEBHOOK_URL", "WEBHOOK_PORT", "WEBHOOK_SECRET", "WEBHOOK_CONNECTIONS"}

MONEY = ("HELEKET_", "FRAGMENT_")
"""What names of settings begin with by which a shop takes or spends real money."""


def _kept() -> dict[str, str]:
    """The variables of this machine that a bot of the demo may see."""
    return {
        key: os.environ[key] for key in os.environ if key.upper() not in FOREIGN and not key.upper().startswith(MONEY)
    }


class Company:
    """All bots in one Telegram: each has a token, an admin, a file for its settings and a process, not yet started."""

    def __init__(self, folder: Path, first: str, program: Path) -> None:
        """`folder` is theirs; `first` begins; `program` is main.py."""
        self.folder = folder
        self.program = program
        self.telegram = Telegram(limits=Limits())
        names = [first, *(name for name in CASTS if name != first)]
        self.scenes = {name: self._scene(number, name) for number, name in enumerate(CASTS)}
        self.playbill = Playbill({name: self.scenes[name] for name in names}, self._set_up, self._moved)
        self._understudies: Understudies | None = None
        self._rehearsing: asyncio.Task[None] | None = None
        self._ahead = 0.0
        self._moved(0)

    def hire(self, url: str, more: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """Make the processes, for bots that will find Telegram at this address; `more` settings of some, by name."""
        understudies = Understudies({**_kept(), **SETTINGS, "BOT_API_URL": url, "PYTHONIOENCODING": "utf-8"})
        for name, scene in self.scenes.items():
            env_file = self.folder / f"{name}.env"
            env_file.touch()  # a fresh one: the developer's own settings are neither read nor written
            own = {
                **dict(CASTS[name].settings),
                **(more or {}).get(name, {}),
                "BOT": name,
                "BOT_TOKEN": scene.bot.token,
            }
            argv = [str(self.folder / CLOCK), str(self.program), "--env-file", str(env_file)]
            scene.process = Role(understudies, argv, own, self.telegram.changed)
        self._understudies = understudies
        self._rehearsing = asyncio.create_task(self._rehearse(understudies))

    async def end(self) -> None:
        """Stop every bot, all at once."""
        self.playbill.close()
        if self._rehearsing is not None:
            self._rehearsing.cancel()
        ends = [scene.process.end() for scene in self.scenes.values() if scene.process is not None]
        if self._understudies is not None:
            ends.append(self._understudies.end())
        await asyncio.gather(*ends)

    async def _rehearse(self, understudies: Understudies) -> None:
        """Have somebody ready while somebody looks on, and no bot that is being started is held up by it."""
        while True:
            if self.playbill.is_watched and not self.playbill.is_busy:
                try:
                    await understudies.hire()
                except OSError:
                    return  # there is no room for another process: bots begin without a rehearsal
            await self.telegram.changed.wait()

    def _scene(self, number: int, name: str) -> Scene:
        cast = CASTS[name]
        bot = self.telegram.add_bot(f"{42 + number}:DEMO", username=f"{name}_bot", name=cast.title)
        names = [*(person for person, _ in cast.people), cast.admin]
        *_, admin = people = [
            self.telegram.person(1001 + 100 * number + place, bot=bot, first_name=person, language_code="ru")
            for place, person in enumerate(names)
        ]
        tally = None if cast.tally is None else cast.tally()
        scene = Scene(self.telegram, bot, admin, tally=tally, purse=cast.purse, clock=cast.clock)
        scene.line = cast.line
        scene.roles = {person.id: role for person, (_, role) in zip(people, cast.people, strict=False)}
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
            if (before := CASTS[name].before) is not None:
                await before(self.scenes[name].people)
        except TimeoutError:
            last = process.lines[-1] if process.lines else "it said nothing"
            raise ProcessError(f"The bot did not get ready within {START_TIME:g} s; its last line: {last}") from None
        except (ProcessError, OSError) as error:
            raise ProcessError(f"The bot did not start: {error}") from None

    def _moved(self, seconds: float) -> None:
        """Write down by how much the time is ahead, where the bots' processes look for it."""
        self._ahead += seconds
        tell(self.folder / CLOCK, self._ahead)
