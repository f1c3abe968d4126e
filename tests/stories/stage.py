"""A bot, its local Telegram and a ledger that watches every instant: where faults are played, many stages at a time."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from emulator.http.server import serve
from emulator.state.telegram import Telegram
from tests.chaos.fleet import Fleet
from tests.chaos.ledger import Ledger, stop
from tests.stories.harness import hold, release
from tests.stories.launcher import TOKEN, Bot, Launcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
    from pathlib import Path

    from emulator.state.chats import Json

log = logging.getLogger(__name__)

ADMIN = 1
ANNA = 1001
SETTLING = 180.0
"""Seconds that anything here may take; calls that are never answered take up to 30 s each."""


class Stage:
    """One Telegram, a fleet of processes that share an env file, the admin, and a player called Anna."""

    def __init__(self, telegram: Telegram, url: str, launcher: Launcher, env_file: Path, env: dict[str, str]) -> None:
        self.telegram = telegram
        self.url = url
        self.env_file = env_file
        self.env = env
        dice = random.Random(str(env_file))
        self.fleet = Fleet(lambda: Bot(launcher, url, env_file, **env), dice, telegram.changed)
        self.admin = telegram.person(ADMIN, first_name="Админ")
        self.anna = telegram.person(ANNA, first_name="Анна")
        self.ledger = Ledger(telegram, self.admin)
        self.kept: dict[str, Json] = {}
        """Messages that a story comes back to."""
        self._later: set[asyncio.Task[None]] = set()

    @property
    def bot(self) -> Bot:
        """The process that was started last."""
        return self.fleet.bots[-1]

    async def kill(self) -> None:
        """SIGKILL to the process that was started last."""
        self.fleet.kill(self.bot)
        await self._end(self.bot)

    async def stop(self) -> int:
        """SIGTERM to the process that was started last; its exit status."""
        self.fleet.stop(self.bot)
        return await self._end(self.bot)

    async def _end(self, bot: Bot) -> int:
        await self.fleet.changed.until(lambda: not bot.running, SETTLING)
        return bot.status or 0

    async def set_up(self) -> None:
        """Adopt the admin's chat; whoever is told that it did not work sends the word again."""
        code = (await self.bot.wait_line(r"admin ([0-9a-f]{10})\b", SETTLING))[1]
        while True:
            heard = self.admin.chat.texts_sent
            self.admin.send(f"admin {code}")
            await self.admin.wait(lambda: self.admin.chat.texts_sent > heard, SETTLING)  # noqa: B023 - ends here
            if not self.admin.newest.startswith(("Резервная копия не записана", "Не удалось посмотреть")):
                break
        await self.admin.wait(lambda: self.admin.newest.startswith("config_id = "), SETTLING)

    async def begin(self) -> None:
        """A bot that is set up, and Anna with one tap that is stored and confirmed."""
        await self.fleet.start()
        await self.set_up()
        self.anna.send("/start")
        self.ledger.tap(self.anna)
        await self.settle()

    def later(self, deed: Coroutine[None, None, None]) -> None:
        """Do something beside what follows; `settle` waits for it."""
        self._later.add(asyncio.create_task(deed))

    def forget(self, admin_id: int, config_id: int) -> None:
        """The disk is empty; the environment still says where the backup once lay."""
        self.env_file.unlink()
        self.env |= {"ADMIN_ID": str(admin_id), "CONFIG_ID": str(config_id)}

    async def settle(self) -> None:
        """Wait until everything is stored and confirmed."""
        await asyncio.gather(*self._later)
        await self.telegram.wait(lambda: self.ledger.is_settled, SETTLING)


async def killed_in(play: Stage, method: str, deed: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    """Kill the process that `deed` has brought to a call of `method`, before that has taken effect.

    Returns what lets the call take effect, however much later, and waits for that.
    """
    under_way = hold(play.telegram, method)
    deed()
    await under_way()
    call = next(call for call in reversed(play.telegram.calls) if call.method == method)
    await play.kill()

    async def land() -> None:
        assert not call.status, f"{method} was not held back"
        release(play.telegram)
        await play.telegram.changed.until(lambda: call.status, SETTLING, f"{method} has never landed")

    return land


@asynccontextmanager
async def stage(launcher: Launcher, folder: Path, name: str, **env: str) -> AsyncIterator[Stage]:
    """A stage that is watched from the beginning to the end; AssertionError if the ledger ever disagreed."""
    env_file = folder / f"{name}.env"
    env_file.write_text("# where the bot remembers its backup chat\n", encoding="utf-8")
    telegram = Telegram()
    telegram.add_bot(TOKEN)
    async with serve(telegram) as server:
        played = Stage(telegram, server.url, launcher, env_file, env)
        watching = asyncio.create_task(played.ledger.watch())
        try:
            yield played
        except BaseException:
            for bot in played.fleet.bots:
                log.warning("Process %s, status %s, printed:\n%s", bot.pid, bot.status, bot.output)
            raise
        finally:
            await played.fleet.close()
            await stop(watching)
    complaints = played.ledger.moments + played.fleet.complaints()
    assert not complaints, "\n".join(complaints)
