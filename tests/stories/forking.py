"""The test's side of the fork server, see `tests.stories.fork_server`. Not on Windows."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys

from emulator.state.changes import PATIENCE
from tests.stories.launcher import ROOT, awaited

assert sys.platform != "win32"


class Forked:
    """A child of the fork server."""

    def __init__(self, pid: int, output: asyncio.StreamReader, report: asyncio.StreamReader) -> None:
        self.pid, self.output = pid, output
        self._report = asyncio.create_task(report.read())

    async def wait(self) -> int:
        """Its exit status."""
        return int(await asyncio.shield(self._report))


class ForkServer:
    """Starts bots in a fraction of a second, it is started itself when the first bot is."""

    def __init__(self, server: str = "tests.stories.fork_server") -> None:
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    async def start(self, argv: list[str], env: dict[str, str]) -> Forked:
        """Fork a child."""
        output, output_end = os.pipe()
        report, report_end = os.pipe()
        request = json.dumps({"argv": argv, "env": env}).encode()
        socket.send_fds(self._connect(), [request], [output_end, report_end])
        os.close(output_end)
        os.close(report_end)
        reports = _reader(report)
        pid = await awaited(reports.readline(), "the id of a forked bot")
        return Forked(int(pid), _reader(output), reports)

    def close(self) -> None:
        """End the server and what is left of its children."""
        if self._process and self._control:
            self._control.close()
            self._process.wait(PATIENCE)

    def _connect(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            descriptor = theirs.fileno()
            argv = [sys.executable, "-m", self._server, str(descriptor)]
            self._process = subprocess.Popen(
                argv,
                cwd=ROOT,
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            theirs.close()
        return self._control


def _reader(descriptor: int) -> asyncio.StreamReader:
    """What comes through a pipe; the descriptor is closed at its end."""
    reader, loop = asyncio.StreamReader(), asyncio.get_running_loop()

    def feed() -> None:
        if data := os.read(descriptor, 1 << 16):
            reader.feed_data(data)
        else:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            reader.feed_eof()

    os.set_blocking(descriptor, False)
    loop.add_reader(descriptor, feed)
    return reader
