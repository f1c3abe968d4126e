"""One owner: however many processes start, stop and die, one is left, and every tap counts once."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from emulator.state.limits import Limits
from tests.chaos.fleet import LOST
from tests.stories.harness import HOLD, hold, release
from tests.stories.launcher import TOKEN
from tests.stories.stage import SETTLING, Stage, killed_in, stage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Bot, Launcher

pytestmark = pytest.mark.long

UNCLEAN = "did not stop cleanly"


async def settled(play: Stage) -> Bot:
    """One process is left that nobody has asked to end, it serves, and everything is stored."""
    await play.telegram.wait(lambda: play.ledger.is_settled and len(play.fleet.staying) == 1, SETTLING)
    left = await play.fleet.alone(SETTLING)
    await left.ready()
    return left


def owner(play: Stage) -> object:
    """Who may write the document, None after a clean stop."""
    assert play.admin.pinned
    return json.loads(play.telegram.document(play.admin.pinned))["owner"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("deed", ["nothing", "stop", "kill"])
async def test_one_of_many_is_left(starter: Launcher, tmp_path: Path, count: int, deed: str) -> None:
    """Processes start at random moments while Anna taps; some are stopped or killed; all others but one give way."""
    dice = random.Random(f"{count} {deed}")
    async with stage(starter, tmp_path, "owner") as play:
        await play.begin()

        async def newcomer() -> None:
            await asyncio.sleep(dice.uniform(0, 2))
            bot = await play.fleet.start()
            await asyncio.sleep(dice.uniform(0, 5))
            if deed != "nothing" and len(play.fleet.running) > 1:
                (play.fleet.stop if deed == "stop" else play.fleet.kill)(bot)

        async def tapping() -> None:
            for _ in range(40):
                play.ledger.tap(play.anna)
                await asyncio.sleep(dice.uniform(0, 0.3))

        hosting = asyncio.create_task(play.fleet.host())
        await asyncio.gather(tapping(), *(newcomer() for _ in range(count - 1)))
        left = await settled(play)
        hosting.cancel()
        assert owner(play)
        play.fleet.stop(left)
        await play.fleet.changed.until(lambda: not left.running, SETTLING)
        assert left.status == 0
        assert owner(play) is None


@pytest.mark.parametrize("is_hidden", [False, True], ids=["pinned", "unpinned"])
async def test_the_old_process_of_a_deploy_gives_way(starter: Launcher, tmp_path: Path, is_hidden: bool) -> None:
    """The old one, which waits for taps, learns of the new one by a 409, says one line and ends with status 3.

    So it does if nothing in the chat shows it: the new document is unpinned, and its own is gone.
    """
    async with stage(starter, tmp_path, "deploy") as play:
        await play.begin()
        under_way = hold(play.telegram, "getUpdates")
        old, new = play.bot, await play.fleet.start()
        await under_way()
        if is_hidden:
            play.admin.unpin()
        release(play.telegram)
        await play.fleet.changed.until(lambda: not old.running, SETTLING)
        assert old.status == 3
        assert old.lines[-1].startswith(LOST)
        play.ledger.tap(play.anna)
        await play.settle()
        assert play.fleet.running == [new]


async def test_the_old_process_of_a_deploy_is_stopped(starter: Launcher, tmp_path: Path) -> None:
    """The host stops the old one while the new one opens the table: nothing is lost, the new one stays."""
    async with stage(starter, tmp_path, "deploy") as play:
        await play.begin()
        old, new = play.bot, await play.fleet.start()
        await new.wait_line("Restored generation")
        play.ledger.tap(play.anna)
        play.fleet.stop(old)
        await play.settle()
        await play.fleet.changed.until(lambda: not old.running, SETTLING)
        assert await settled(play) == new


async def test_after_a_clean_stop_nobody_waits(starter: Launcher, tmp_path: Path) -> None:
    """A process that has given the backup up is not waited for; one that was killed is."""
    async with stage(starter, tmp_path, "clean") as play:
        await play.begin()
        assert await play.stop() == 0
        await (await play.fleet.start()).ready()
        assert UNCLEAN not in play.bot.output
        await play.kill()
        await (await play.fleet.start()).ready()
        assert UNCLEAN in play.bot.output


async def test_two_start_after_a_clean_stop(starter: Launcher, tmp_path: Path) -> None:
    """Nobody waits for anybody, and still only one is left."""
    async with stage(starter, tmp_path, "two") as play:
        await play.begin()
        assert await play.stop() == 0
        await asyncio.gather(*(play.fleet.start() for _ in range(2)))
        for _ in range(10):
            play.ledger.tap(play.anna)
        await settled(play)


SOON = 60.0
"""Seconds in which several that start at once have become one; a guard, on a quiet machine it is about five."""


@pytest.mark.parametrize("is_hidden", [False, True], ids=["on top", "hidden"])
async def test_of_three_that_start_at_once_one_is_left_soon(
    starter: Launcher, tmp_path: Path, capsys: pytest.CaptureFixture[str], is_hidden: bool
) -> None:
    """Where a message a second is allowed and each look may cost one, nobody claims again what he has lost."""
    async with stage(starter, tmp_path, "herd") as play:
        await play.begin()
        await play.kill()
        if is_hidden:
            play.admin.pin(int(play.admin.send("Важное объявление")["message_id"]))
        play.telegram.limits = Limits()
        play.ledger.tap(play.anna)
        began = time.monotonic()
        three = await asyncio.gather(*(play.fleet.start() for _ in range(3)))
        left = await settled(play)
        seconds = time.monotonic() - began
        with capsys.disabled():
            sys.stdout.write(f"\nof three that started at once one was left after {seconds:.1f} s\n")
        claims = {bot.pid: bot.output.count(UNCLEAN) for bot in three}
        assert sum(claims.values()) <= 2 * len(three), f"they took it from each other: {claims} claims"
        assert [bot.status for bot in three if bot != left] == [3, 3]
        assert seconds < SOON


async def test_someone_else_who_polls_is_no_owner(starter: Launcher, tmp_path: Path) -> None:
    """A program that polls with the token but claims nothing ends polls with 409; the owner stays and counts."""
    async with stage(starter, tmp_path, "stranger") as play, aiohttp.ClientSession() as session:
        await play.begin()
        address = f"{play.url}/bot{TOKEN}/getUpdates"
        await play.telegram.wait(lambda: play.telegram.bot().poller.waiting, SETTLING)
        async with session.get(address, params={"timeout": "1"}) as answer:
            assert (await answer.json())["ok"]
        play.ledger.tap(play.anna)
        await play.settle()
        assert len(play.fleet.running) == 1


def file(play: Stage) -> object:
    """Which upload is pinned on top."""
    return (play.admin.pinned or {}).get("document", {}).get("file_unique_id")


@pytest.mark.parametrize(("looks", "restores"), [(2, 2), (3, 1)], ids=["the claim", "the first save"])
async def test_a_late_edit_of_the_dead_beside_a_start(
    starter: Launcher, tmp_path: Path, looks: int, restores: int
) -> None:
    """It lands while the new owner starts: one that has not looked yet restores again, later it touches nobody.

    The looks at the chat of a start: one that restores, one that settles the claim, one of each save.
    """
    async with stage(starter, tmp_path, "late") as play:
        await play.begin()
        land = await killed_in(play, "editMessageMedia", lambda: play.ledger.tap(play.anna))
        before = play.telegram.count("getChat")
        play.telegram.faults.add("getChat", "latency", after=looks - 1, value=2 * HOLD)
        await play.fleet.start()
        await play.telegram.wait(lambda: play.telegram.count("getChat") == before + looks, SETTLING)
        await land()
        release(play.telegram)
        play.ledger.tap(play.anna)
        await play.settle()
        assert play.bot.output.count("Restored generation") == restores


@pytest.mark.parametrize("looks", [2, 3], ids=["the claim", "the first save"])
async def test_a_document_written_anew_beside_a_claim(starter: Launcher, tmp_path: Path, looks: int) -> None:
    """The old owner, whose document was hidden by another pin, writes a new one while the old one is being claimed.

    `looks` as above: before which look of the new owner that document comes.
    """
    async with stage(starter, tmp_path, "anew", HISTORY="0h 0d") as play:
        await play.begin()
        play.admin.pin(int(play.admin.send("Объявление")["message_id"]))
        under_way = hold(play.telegram, "sendDocument")
        play.ledger.tap(play.anna)
        await under_way()
        before = play.telegram.count("getChat")
        play.telegram.faults.add("getChat", "latency", after=looks - 1, value=2 * HOLD)
        await play.fleet.start()
        await play.telegram.wait(lambda: play.telegram.count("getChat") == before + looks, SETTLING)
        hidden = file(play)
        release(play.telegram)
        await play.telegram.wait(lambda: file(play) != hidden, SETTLING)
        await play.telegram.wait(lambda: not play.telegram.queue_of(), SETTLING)
        release(play.telegram)
        play.ledger.tap(play.anna)
        await play.fleet.alone(SETTLING)
        await play.settle()


async def test_a_slow_save_of_the_living_does_not_count(starter: Launcher, tmp_path: Path) -> None:
    """It lands on the message that the next owner has left; the old owner finds the claim in the register."""
    async with stage(starter, tmp_path, "slow", LOG_LEVEL="DEBUG") as play:
        await play.begin()
        old, saved = play.bot, play.bot.output.count("Saved generation")
        under_way = hold(play.telegram, "editMessageMedia")
        play.ledger.tap(play.anna)
        await under_way()
        await play.fleet.start()
        await play.settle()
        release(play.telegram)
        await play.fleet.alone(SETTLING)
        assert old.status == 3
        assert old.output.count("Saved generation") == saved
        play.ledger.tap(play.anna)
        await play.settle()
