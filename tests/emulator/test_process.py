"""A program as a child process."""

from __future__ import annotations

import asyncio
import sys

import pytest

from emulator.page.process import Process, ProcessError

posix = pytest.mark.skipif(sys.platform == "win32", reason="a program cannot ignore the end there")


def python(program: str, keep: int = 500) -> Process:
    """A process that runs these lines."""
    return Process([sys.executable, "-u", "-c", program], keep=keep)


async def test_lines_of_an_earlier_run_are_kept_but_not_waited_for() -> None:
    """`wait_line` looks at the current run only."""
    process = python("import os; print('run', os.getpid())")
    await process.start()
    first = (await process.wait_line(r"run (\d+)"))[1]
    assert await process.wait() == 0
    await process.start()
    assert (await process.wait_line(r"run (\d+)"))[1] != first
    assert await process.wait() == 0
    assert len(process.lines) == 2


async def test_only_the_newest_lines_are_kept() -> None:
    """Also without a line feed at the end, and with bytes that are no text."""
    process = python("import sys; sys.stdout.buffer.write(b'1\\n2\\r\\n3\\n\\xff4')", keep=2)
    await process.start()
    await process.wait()
    assert process.lines == ["3", "\ufffd4"]
    assert process.state == "ended"
    assert process.pid is None


async def test_a_line_that_never_comes() -> None:
    """The end of the program ends the waiting, and so does the time."""
    process = python("print('last words'); raise SystemExit(3)")
    await process.start()
    with pytest.raises(ProcessError, match="ended with status 3: last words"):
        await process.wait_line("Ready")
    silent = python("import time; time.sleep(600)")
    await silent.start()
    with pytest.raises(asyncio.TimeoutError):
        await silent.wait_line("Ready", timeout=0.01)
    assert await silent.kill() != 0
    with pytest.raises(ProcessError, match="it said nothing"):
        await silent.wait_line("Ready")


@posix
async def test_a_stubborn_program_is_killed_in_the_end() -> None:
    """After the time for a gentle stop."""
    process = python("import signal, time; signal.signal(15, signal.SIG_IGN); print('Ready'); time.sleep(600)")
    await process.start()
    await process.wait_line("Ready")
    stopping = asyncio.create_task(process.stop(timeout=0.05))
    await process.changes.until(lambda: process.state == "stopping", 10)
    assert await stopping == -9


async def test_what_was_never_started() -> None:
    """Nothing to stop, to kill or to wait for."""
    process = python("")
    assert (process.state, process.returncode, process.running) == ("never", None, False)
    for end in (process.stop, process.kill, process.wait):
        with pytest.raises(ProcessError):
            await end()


async def test_the_end_of_everything_includes_a_program_that_is_being_started() -> None:
    """It is stopped as soon as it runs, and there is no start after the end."""
    process = python("import time; time.sleep(600)")
    starting = asyncio.create_task(process.start())
    await asyncio.sleep(0)
    assert not process.running
    await process.end()
    await starting
    assert process.state == "stopped"
    with pytest.raises(ProcessError, match="over"):
        await process.start()
