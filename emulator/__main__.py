"""A local Telegram and its page, for a bot that is started elsewhere with what the first line of output says.

python -m emulator        BOT_API_URL=http://127.0.0.1:8081 BOT_TOKEN=42:TEST
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from typing import Any

from emulator.http.server import serve
from emulator.page.control import routes
from emulator.page.scene import Scene
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram

PEOPLE: tuple[dict[str, Any], ...] = (
    {"person_id": 1001, "first_name": "Анна", "language_code": "ru"},
    {"person_id": 1002, "first_name": "Борис", "language_code": "ru"},
)

LIMITS = {"30": 30.0, "300": 300.0, "none": None}


def main() -> None:
    """Read the arguments and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description="A local Telegram and its page.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--token", default="42:TEST", help="the bot's token (default: %(default)s)")
    parser.add_argument(
        "--limit",
        choices=LIMITS,
        default="30",
        help="messages and edits a second that it takes over all chats (default: %(default)s)",
    )
    parser.add_argument("--no-limits", action="store_true", help="no flood limits, those of a chat neither")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments))
    except (ValueError, OSError, OverflowError) as error:
        parser.exit(2, f"{error}\n")


async def _serve(arguments: argparse.Namespace) -> None:
    telegram = Telegram(limits=None if arguments.no_limits else Limits(overall=LIMITS[arguments.limit]))
    scene = Scene(telegram, telegram.add_bot(arguments.token))
    for person in PEOPLE:
        telegram.person(**person)
    async with serve(telegram, arguments.host, arguments.port, routes(scene)) as server:
        print(f"BOT_API_URL={server.url} BOT_TOKEN={arguments.token}", flush=True)  # noqa: T201 (for the person at the terminal)
        await _stopped()


async def _stopped() -> None:
    """Wait for SIGINT or SIGTERM, the way that works on Windows as well."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    await stop.wait()


if __name__ == "__main__":
    main()
