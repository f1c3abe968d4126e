"""The demo as a visitor starts it: the real program in a process of its own, without any setting."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator.page.process import Process, ProcessError
from emulator.state.changes import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parents[2]
OURS = {"BOT_TOKEN", "ADMIN_ID", "CONFIG_ID", "DISPLAY", "WAYLAND_DISPLAY"}


def demo(folder: Path, *arguments: str, program: tuple[str, ...] = ("main.py",), **env: str) -> Process:
    """A demo that is not started yet; temporary files go to a directory inside `folder`."""
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    places = {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary), "PYTHONPATH": str(ROOT)}
    return Process([sys.executable, *program, *arguments], {**kept, "CI": "true", **places, **env}, cwd=ROOT)


async def address(process: Process) -> str:
    """Where the page of a demo is, as soon as it says so."""
    try:
        return (await process.wait_line(r"http://127\.0\.0\.1:\d+", PATIENCE))[0]
    except (TimeoutError, ProcessError) as error:
        why = str(error) or f"not within {PATIENCE:g} s"
        pytest.fail(f"the demo has not told its address ({why}), it printed: {process.lines}")


async def ended(process: Process) -> int:
    """The exit status of a program that should end by itself; what does not is killed."""
    try:
        return await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        await process.kill()
        pytest.fail(f"the program has not ended within {PATIENCE:g} s, it printed: {process.lines}")


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[tuple[Process, str]]:
    """A demo that is ready, and the address of its page."""
    process = demo(folder, "--port", "0", "--demo")
    await process.start()
    try:
        yield process, await address(process)
    finally:
        if process.running:
            await process.stop(30)
