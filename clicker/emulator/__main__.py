"""python -m clicker.emulator: the local Telegram alone."""

from __future__ import annotations

import argparse
import asyncio

from clicker.emulator.limits import Limits
from clicker.emulator.server import serve
from clicker.emulator.telegram import Telegram


def main() -> None:
    """Read the arguments and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m clicker.emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--token", default="42:TEST", help="the bot's token (default: %(default)s)")
    parser.add_argument("--no-limits", action="store_true", help="no flood limits")
    try:
        asyncio.run(_serve(parser.parse_args()))
    except KeyboardInterrupt:
        return


async def _serve(arguments: argparse.Namespace) -> None:
    telegram = Telegram(limits=None if arguments.no_limits else Limits())
    telegram.add_bot(arguments.token)
    async with serve(telegram, arguments.host, arguments.port) as server:
        print(f"BOT_API_URL={server.url}", flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
