"""python -m emulator: the server alone."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.stories.launcher import awaited

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="there a child gets no SIGINT")
@pytest.mark.parametrize("flags", [[], ["--no-limits"], ["--limit", "300"]])
async def test_it_runs_alone_until_ctrl_c(flags: list[str]) -> None:
    """It prints its address and the token, valid nowhere else, in one line that a shell takes; and shows the page."""
    arguments = ["-m", "emulator", "--port", "0", "--token", "7:ALONE", *flags]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = (await awaited(process.stdout.readline(), "the address of the server")).decode().strip()
    said = dict(word.split("=") for word in line.split())
    assert said == {"BOT_API_URL": said["BOT_API_URL"], "BOT_TOKEN": "7:ALONE"}
    url = said["BOT_API_URL"]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/bot7:ALONE/getMe") as response:
            assert (await response.json())["result"]["id"] == 7
        async with session.get(f"{url}/") as response:
            assert response.content_type == "text/html"
    process.send_signal(signal.SIGINT)
    assert await awaited(process.wait(), "the end of the server") == 0


@pytest.mark.parametrize("arguments", [["--token", "none"], ["--port", "70000"], ["--host", "256.0.0.1"]])
async def test_what_cannot_be_served_is_one_line(arguments: list[str]) -> None:
    """A token that is none, a port that is none, a host that is none: status 2."""
    command = [sys.executable, "-m", "emulator", *arguments]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    _, errors = await awaited(process.communicate(), "the refusal")
    assert (process.returncode, len(errors.splitlines())) == (2, 1), errors
