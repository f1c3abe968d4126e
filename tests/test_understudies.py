"""The demo's bots begin at once: a process is ready before it is known which one it plays; its time can be moved."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from emulator.state.changes import Changes
from scenes import understudies
from scenes.moved import tell
from scenes.understudies import Role, Understudies
from tests.stories.launcher import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_REHEARSAL = """
import sys
sys.path[0] = {root!r}
from scenes.moved import play
from scenes.understudy import Part
play(Part().wait())
"""
PLAY = """
import os, sys, time
print(os.getpid(), os.environ["COMMON"], os.environ["NAME"], sys.argv[1:], sys.stdin.read(), flush=True)
while True:
    print("ahead", round(time.time() - time.monotonic()), flush=True)
    time.sleep(0.01)
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Understudies, Role]:
    """Understudies that have nothing to rehearse, and a bot that tells who and when it is."""
    script = tmp_path / "understudy.py"
    script.write_text(WITHOUT_REHEARSAL.format(root=str(ROOT)), encoding="utf-8")
    monkeypatch.setattr(understudies, "UNDERSTUDY", script)
    program = tmp_path / "play.py"
    program.write_text(PLAY, encoding="utf-8")
    tell(tmp_path / "ahead", 0)
    common = {**os.environ, "COMMON": "ours"}
    ready = Understudies(common)
    return ready, Role(ready, [str(tmp_path / "ahead"), str(program), "--x"], {"NAME": "shop"}, Changes())


@pytest.mark.parametrize("rehearsed", [True, False])
async def test_a_bot_is_the_same_whoever_plays_it(
    company: tuple[Understudies, Role], tmp_path: Path, rehearsed: bool
) -> None:
    """With its variables, arguments and an empty standard input; its time goes forward when it is told."""
    ready, role = company
    if rehearsed:
        await ready.hire()
    await role.start()
    assert (await role.wait_line(r"^(\d+) ours shop (.*)$"))[2] == "['--x'] "
    here = round(time.time() - time.monotonic())
    assert abs(int((await role.wait_line(r"ahead (\d+)"))[1]) - here) <= 1
    tell(tmp_path / "ahead", 86_400)
    await role.wait_line(rf"ahead (?:{'|'.join(str(here + 86_400 + more) for more in (-1, 0, 1))})\b")
    await role.kill()
    await role.start()
    await role.wait_line(r"^(\d+) ours shop")
    await role.end()
    await ready.end()


async def test_nobody_is_left_who_was_not_needed(company: tuple[Understudies, Role]) -> None:
    """One that has ended before it was told its part is no bot; and the end of all sends one home."""
    ready, role = company
    await ready.hire()
    child = ready.ready
    assert child is not None
    child.kill()
    await child.wait()
    await role.start()
    assert role.pid != child.pid
    await ready.hire()
    waiting = ready.ready
    await role.end()
    await ready.end()
    assert waiting is not None
    assert waiting.returncode is not None
    await ready.hire()
    assert ready.ready is waiting


@pytest.mark.skipif(sys.platform == "win32", reason="it ends with an exit status of its own there")
async def test_an_understudy_ends_when_the_demo_is_gone(company: tuple[Understudies, Role]) -> None:
    """Nothing comes from its standard input any more."""
    ready, _ = company
    await ready.hire()
    child = ready.ready
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert await child.wait() == 0
