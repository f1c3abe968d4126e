"""A local Heleket for a shop that is started elsewhere with what the first line of output says.

python -m emulator.heleket     HELEKET_URL=http://127.0.0.1:8082 HELEKET_MERCHANT=local HELEKET_API_KEY=local
"""

from __future__ import annotations

import argparse
import asyncio
import signal

from emulator.heleket.processor import Processor
from emulator.heleket.server import serve


def main() -> None:
    """Read the arguments and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m emulator.heleket", description="A local processor of payments.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8082, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--merchant", default="local")
    parser.add_argument("--key", default="local")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments))
    except (ValueError, OSError, OverflowError) as error:
        parser.exit(2, f"{error}\n")


async def _serve(arguments: argparse.Namespace) -> None:
    processor = Processor(arguments.merchant, arguments.key)
    async with serve(processor, arguments.host, arguments.port) as server:
        names = {"URL": server.url, "MERCHANT": processor.merchant, "API_KEY": processor.key}
        line = " ".join(f"HELEKET_{name}={value}" for name, value in names.items())
        print(line, flush=True)  # noqa: T201 (for the person at the terminal)
        await _stopped()


async def _stopped() -> None:
    """Wait for SIGINT or SIGTERM, the way that works on Windows as well."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    await stop.wait()


if __name__ == "__main__":
    main()
