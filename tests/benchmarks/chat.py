"""The local Telegram with the admin's chat in it, without flood limits unless said: here or in a process of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from emulator.http.server import serve
from emulator.page.process import Process
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram

ROOT = Path(__file__).parent.parent.parent
TOKEN = "42:TEST"
ADMIN = 7


def new_telegram(limits: Limits | None = None) -> Telegram:
    """A Telegram in which the bot may write to the admin."""
    telegram = Telegram(limits=limits)
    telegram.add_bot(TOKEN)
    telegram.person(ADMIN, first_name="Админ").send("/start")
    return telegram


@asynccontextmanager
async def telegram_apart() -> AsyncIterator[str]:
    """The address of a Telegram in a process of its own, so that its work is not taken for the bot's."""
    process = Process([sys.executable, "-m", "tests.benchmarks.chat"], cwd=ROOT)
    await process.start()
    try:
        yield (await process.wait_line(r"http://\S+", 60))[0]
    finally:
        await process.kill()


async def _serve() -> None:
    async with serve(new_telegram()) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
