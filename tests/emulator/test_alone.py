"""python -m clicker.emulator: the server alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="there a child gets no SIGINT")
@pytest.mark.parametrize("flags", [[], ["--no-limits"]])
async def test_it_runs_alone_until_ctrl_c(flags: list[str]) -> None:
    """It prints its address and the token."""
    command = [sys.executable, "-m", "clicker.emulator", "--port", "0", "--token", "7:ALONE", *flags]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:  # noqa: ASYNC220
        assert process.stdout is not None
        line = process.stdout.readline()
        url = line.split()[0].removeprefix("BOT_API_URL=")
        async with aiohttp.ClientSession() as session, session.get(f"{url}/bot7:ALONE/getMe") as response:
            assert (await response.json())["result"]["id"] == 7
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    assert "BOT_TOKEN=7:ALONE" in line
