"""Calls of the dead: whatever a killed process was doing takes effect much later, and nobody loses a tap by it.

The ledger looks after every change whether a crash at that instant would lose or double something.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import PATIENCE, hold, release
from tests.stories.pausing import SIGCONT, SIGSTOP
from tests.stories.stage import ADMIN, SETTLING, Stage, killed_in, stage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher

pytestmark = pytest.mark.long

LONG_AGO = 49 * 3600.0
"""Seconds after which a bot cannot delete its message any more (Bot API, deleteMessage)."""


async def tapped(play: Stage) -> None:
    """One more tap is stored and confirmed."""
    play.ledger.tap(play.anna)
    await play.settle()


async def crashed(play: Stage) -> None:
    """SIGKILL, and a successor that serves."""
    await play.kill()
    await (await play.fleet.start()).ready()


async def heard(play: Stage) -> str:
    """What Anna is told of one tap more."""
    before = play.anna.chat.texts_sent
    await tapped(play)
    await play.anna.wait(lambda: play.anna.chat.texts_sent > before, SETTLING)
    return str(play.anna.newest)


def documents(play: Stage) -> list[int]:
    """The messages of the bot with a document, but for those of the history."""
    rings = {int(word) for lines in play.telegram.bot().commands.values() for line in lines for word in _ring(line)}
    messages = play.admin.chat.messages.values()
    return [one.id for one in messages if one.outgoing and "document" in one.data and one.id not in rings]


def _ring(line: dict[str, str]) -> list[str]:
    return line["description"].split() if line["command"] in ("hours", "days") else []


@pytest.mark.parametrize("is_old", [False, True], ids=["young", "too old to delete"])
async def test_a_late_edit_of_the_dead_harms_nobody(starter: Launcher, tmp_path: Path, is_old: bool) -> None:
    """It lands over nothing that the successor has stored: another SIGKILL at once, and every tap is there."""
    async with stage(starter, tmp_path, "late") as play:
        await play.begin()
        if is_old:
            play.telegram.clock.advance(LONG_AGO)
        land = await killed_in(play, "editMessageMedia", lambda: play.ledger.tap(play.anna))
        await (await play.fleet.start()).ready()
        await tapped(play)
        await tapped(play)
        await land()
        await crashed(play)
        assert await heard(play) == "Кликов: 5 🏆"


STARTING = ["setMyCommands", "sendDocument", "pinChatMessage", "editMessageMedia", "deleteMessage"]


@pytest.mark.parametrize("method", STARTING)
async def test_a_late_call_of_a_start_that_was_killed(starter: Launcher, tmp_path: Path, method: str) -> None:
    """Two kills in a row, the second in the midst of the takeover: the third process has the table, and keeps it."""
    async with stage(starter, tmp_path, "start", HISTORY="0h 0d") as play:
        await play.begin()
        await play.kill()
        starting: list[asyncio.Task[object]] = []

        def start() -> None:
            starting.append(asyncio.create_task(play.fleet.start()))
            play.ledger.tap(play.anna)

        land = await killed_in(play, method, start)
        await (await play.fleet.start()).ready()
        await tapped(play)
        await land()
        await crashed(play)
        await tapped(play)
        assert len(documents(play)) <= 2, "more than the document and one message that nobody could know of"


async def test_a_late_claim_after_a_clean_stop(starter: Launcher, tmp_path: Path) -> None:
    """The caption of a start that was killed comes late: it is on a message that nobody relies on any more."""
    async with stage(starter, tmp_path, "claim") as play:
        await play.begin()
        assert await play.stop() == 0
        starting: list[asyncio.Task[object]] = []
        land = await killed_in(
            play, "editMessageCaption", lambda: starting.append(asyncio.create_task(play.fleet.start()))
        )
        await (await play.fleet.start()).ready()
        await tapped(play)
        await land()
        await tapped(play)
        await crashed(play)
        await tapped(play)


async def test_after_a_clean_stop_the_message_stays(starter: Launcher, tmp_path: Path) -> None:
    """Nobody writes to it any more, so it is edited as ever; after a kill there is a new one, and only that."""
    async with stage(starter, tmp_path, "stays", HISTORY="0h 0d") as play:
        await play.begin()
        first = documents(play)
        assert await play.stop() == 0
        await (await play.fleet.start()).ready()
        await tapped(play)
        assert documents(play) == first
        await crashed(play)
        await tapped(play)
        await play.telegram.wait(lambda: len(documents(play)) == 1, SETTLING)
        assert documents(play) != first
        assert f"CONFIG_ID={documents(play)[0]}" in play.env_file.read_text(encoding="utf-8")


async def test_a_machine_that_restarts_all_the_time_leaves_the_chat_tidy(starter: Launcher, tmp_path: Path) -> None:
    """After ten kills in a row there is one document, one pin, and not a line more than before."""
    async with stage(starter, tmp_path, "litter", HISTORY="0h 0d") as play:
        await play.begin()
        await crashed(play)
        await tapped(play)
        await play.telegram.wait(lambda: len(documents(play)) == 1, SETTLING)
        before = len(play.admin.chat.messages)
        for _ in range(10):
            await crashed(play)
        await tapped(play)
        chat = play.admin.chat
        await play.telegram.changed.until(
            lambda: len(documents(play)) == len(chat.pins) == 1 and len(chat.messages) <= before,
            PATIENCE,
            f"untidy: {len(documents(play))} documents, {len(chat.pins)} pins, {len(chat.messages) - before} more",
        )


async def test_many_messages_of_owners_before_are_let_go_and_no_other(starter: Launcher, tmp_path: Path) -> None:
    """Once they are deleted nothing stands in their line, and nothing is unpinned for that."""
    async with stage(starter, tmp_path, "many", HISTORY="0h 0d") as play:
        await play.begin()
        await play.kill()
        notes = next(lines for lines in play.telegram.bot().commands.values() if lines[0]["command"] == "backup")
        notes.append({"command": "retired", "description": "901 902 903 904"})
        await (await play.fleet.start()).ready()
        await tapped(play)
        let_go = {call.params["message_id"] for call in play.telegram.calls if call.method == "unpinChatMessage"}
        assert {"901", "902", "903", "904"} <= let_go
        assert "0" not in let_go, "without a message the one that was pinned last is let go"


@pytest.mark.parametrize("is_hidden", [False, True], ids=["pinned", "unpinned"])
async def test_a_config_id_that_has_grown_old_is_harmless(starter: Launcher, tmp_path: Path, is_hidden: bool) -> None:
    """Heroku's environment names the first message for ever: the newest is found, and nobody is alarmed."""
    async with stage(starter, tmp_path, "stale") as play:
        await play.begin()
        assert play.admin.pinned
        play.forget(ADMIN, int(play.admin.pinned["message_id"]))
        for _ in range(2):
            await crashed(play)
            await tapped(play)
        if is_hidden:
            play.admin.unpin()
        texts = play.admin.chat.texts_sent
        await crashed(play)
        assert await heard(play) == "Кликов: 4 🏆"
        assert play.admin.chat.texts_sent == texts


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be held there")
@pytest.mark.parametrize("method", ["getChat", "editMessageMedia", "getUpdates"])
async def test_a_process_that_was_held_wakes_up(starter: Launcher, tmp_path: Path, method: str) -> None:
    """It goes on where it was, long after another has taken over: it ends with status 3 and leaves nothing behind."""
    async with stage(starter, tmp_path, "woken", HISTORY="0h 0d") as play:
        await play.begin()
        old = play.bot
        under_way = hold(play.telegram, method)
        play.ledger.tap(play.anna)
        await under_way()
        old.signal(SIGSTOP)
        await (await play.fleet.start()).ready()
        await tapped(play)
        release(play.telegram)
        os.kill(old.pid, SIGCONT)
        await play.fleet.changed.until(lambda: not old.running, SETTLING, "the old process has not ended")
        assert old.status == 3
        await crashed(play)
        await tapped(play)
        await play.telegram.wait(lambda: len(documents(play)) == 1, SETTLING)
