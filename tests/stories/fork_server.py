"""Starts bots by forking: this process has imported the bot's libraries, which takes seconds, once for all of them.

A child is a real process that runs `main.main` to the end of the interpreter, so exit status, signals, SIGKILL and
threads that keep a process alive are what they are for `python main.py`. Not on Windows, which cannot fork; see
`tests.stories.launcher`.

Started as `python -m tests.stories.fork_server FD`, FD being a Unix socket. A request is JSON {"argv", "env"} with two
descriptors: one takes the child's output, the other two lines about it: process id and, at the end, exit status
(negative: the number of the signal). When the socket closes, all children are killed.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import random
import select
import signal
import socket
import ssl
import sys
import traceback
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import coverage

from bots import BOTS
from runtime.rehearsal import rehearse
from scenes.moved import move
from tests.stories.environment import MOVED

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[[list[str]], int]

assert sys.platform != "win32"

LARGEST_REQUEST = 1 << 16
ROOT = Path(__file__).parents[2]
PRELOADED = ("main", "uvloop", "runtime.serve", "demo", *(f"bots.{name}" for name in BOTS))


def serve(control: socket.socket, play: Play) -> None:
    """Fork a child that plays for each request until the socket closes; in the child this ends with SystemExit."""
    reports: dict[int, int] = {}
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    is_open = True
    try:
        while is_open:
            ready, _, _ = select.select([control.fileno(), woken], [], [])
            if woken in ready:
                os.read(woken, 1024)
                report_ends(reports)
            if control.fileno() in ready:
                is_open = fork(control, reports, play)
    finally:  # whoever has asked for a child may be gone before it is told of it
        for child in reports:
            os.kill(child, signal.SIGKILL)


def fork(control: socket.socket, reports: dict[int, int], play: Play) -> bool:
    """Start the child that is asked for; False if the socket has closed."""
    request, descriptors, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 2)
    if not request:
        return False
    output, report = descriptors
    child = os.fork()
    if child == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.detach()
        for theirs in (report, *reports.values()):  # whose readers wait for the end of them
            os.close(theirs)
        reports.clear()  # the children of the server are not the child's to end
        live(output, play, **json.loads(request))
    os.close(output)
    reports[child] = report
    os.write(report, b"%d\n" % child)
    return True


def report_ends(reports: dict[int, int]) -> None:
    """Tell the exit status of children that have ended."""
    for child in list(reports):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            report = reports.pop(child)
            with suppress(BrokenPipeError):  # nobody wants to know any more
                os.write(report, b"%d\n" % os.waitstatus_to_exitcode(status))
            os.close(report)


def live(output: int, play: Play, argv: list[str], env: dict[str, str]) -> NoReturn:
    """What the child does: play with these arguments to the end of the interpreter."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, place in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(descriptor, place)
    os.closerange(3, max(nothing, output) + 1)  # the server's own among them
    os.environ.clear()
    os.environ.update(env)
    if MOVED in env:
        move(Path(env[MOVED]))
    random.seed()
    if measuring := coverage.Coverage.current():
        measuring.stop()
        if {"COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"} & env.keys():
            measure(measuring)
    try:
        status = play(argv)
    except SystemExit:
        raise
    except BaseException:  # noqa: BLE001 - as the interpreter does, without the frames of this server
        traceback.print_exc()
        status = 1
    sys.exit(status)


def measure(like: coverage.Coverage) -> None:
    """Measure this child as its server is, but by the names of files.

    Given packages, each child would look for all their files at its end, to write down those of which it has run
    nothing; that is done by pytest.
    """
    names: Any = like.get_option("run:source_pkgs")
    data_file: Any = like.get_option("run:data_file")
    ours = [pattern for name in names for pattern in (f"{ROOT / name}/*", f"{ROOT / name}.py")]
    measured = coverage.Coverage(config_file=False, data_file=data_file, data_suffix=True, include=ours)
    measured.set_option("run:disable_warnings", ["no-data-collected"])
    measured.start()
    atexit.register(measured.save)
    atexit.register(measured.stop)


def prepare() -> list[Any]:
    """Import, read and build what every bot needs; what is returned is to be held."""
    # each session would read all the world's certificates
    vars(ssl)["create_default_context"] = cache(ssl.create_default_context)
    return rehearse(PRELOADED)


if __name__ == "__main__":
    held = prepare()
    gc.freeze()  # a child that looks at all of it, at its end at the latest, would copy all of it
    serve(socket.socket(fileno=int(sys.argv[1])), import_module("main").main)
