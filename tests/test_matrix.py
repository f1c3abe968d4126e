"""The fault matrix: every method the bot calls, in every phase in which it is called, with every way to fail.

In each cell every accepted tap is at every instant either stored or still with Telegram (`tests.chaos.ledger`), in the
end all are stored once, and the processes end as they should. The cells of a phase are played at the same time: those
that are answered in one test, those that are left without an answer, which takes as long as the bot's patience, in one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

import pytest

from clicker.emulator.faults import Fault, Kind
from tests.launcher import Launcher
from tests.stage import SETTLING, Stage, stage

Arm = Callable[[], Fault]
Story = Callable[[Stage, Arm], Awaitable[None]]

QUICK: tuple[Kind, ...] = ("500", "502", "429", "reset_before", "reset_after")
SLOW: tuple[Kind, ...] = ("timeout_after", "no_answer")
DAMAGE: tuple[Kind, ...] = ("truncate", "damage")
AT_ONCE = 12
"""Stages played at the same time, unless they mostly wait."""


async def setting_up(play: Stage, arm: Arm) -> None:
    """A fresh bot is set up, and the first player comes."""
    arm()
    await play.fleet.start()
    await play.set_up()
    play.anna.send("/start")
    play.ledger.tap(play.anna)


async def starting(play: Stage, arm: Arm) -> None:
    """A bot that was stopped is started; a tap waits for it."""
    await play.begin()
    assert await play.stop() == 0
    play.ledger.tap(play.anna)
    arm()
    await play.fleet.start()


async def recovering(play: Stage, arm: Arm) -> None:
    """A bot that was killed in the midst of its work is started again."""
    await play.begin()
    play.ledger.tap(play.anna)
    await play.kill()
    play.ledger.tap(play.anna)
    arm()
    await play.fleet.start()


async def claiming(play: Stage, arm: Arm) -> None:
    """A second process starts beside one that works: one of them is left."""
    await play.begin()
    play.ledger.tap(play.anna)
    arm()
    await play.fleet.start()
    await play.bot.wait_line("Ready: ", SETTLING)
    play.ledger.tap(play.anna)
    await play.fleet.alone(SETTLING)


async def playing(play: Stage, arm: Arm) -> None:
    """A tap is answered."""
    await play.begin()
    heard = play.anna.chat.texts_sent
    arm()
    play.ledger.tap(play.anna)
    await play.anna.wait(lambda: play.anna.chat.texts_sent > heard, SETTLING)


async def saving(play: Stage, arm: Arm) -> None:
    """Taps are stored, again and again."""
    await play.begin()
    arm()
    for _ in range(3):
        play.ledger.tap(play.anna)
        await play.settle()


async def moving(play: Stage, arm: Arm) -> None:
    """The document has to be written anew, as the admin has pinned something over it."""
    await play.begin()
    play.admin.pin(int(play.admin.send("Объявление")["message_id"]))
    arm()
    play.ledger.tap(play.anna)


async def stopping(play: Stage, arm: Arm) -> None:
    """The bot is told to stop before it has stored the last tap, and is started again later."""
    await play.begin()
    arm()
    play.ledger.tap(play.anna)
    await play.anna.wait(lambda: play.anna.answers[-1] == "Кликов: 2 🏆", SETTLING)
    await play.stop()
    play.telegram.faults.clear()
    await play.fleet.start()


OPENING = "getMe deleteWebhook getMyCommands getChat forwardMessage getFile download deleteMessage"
PHASES: dict[str, tuple[Story, str]] = {
    "set-up": (
        setting_up,
        "getMe deleteWebhook getMyCommands getUpdates sendDocument pinChatMessage setMyCommands sendMessage",
    ),
    "start": (starting, f"{OPENING} editMessageCaption editMessageMedia getUpdates sendMessage"),
    "recovery": (recovering, f"{OPENING} editMessageCaption editMessageMedia getUpdates sendMessage"),
    "claim": (claiming, f"{OPENING} editMessageCaption editMessageMedia getUpdates"),
    "play": (playing, "getUpdates sendMessage"),
    "save": (saving, "getChat editMessageMedia getUpdates"),
    "move": (moving, "getChat forwardMessage deleteMessage sendDocument pinChatMessage setMyCommands getUpdates"),
    "stop": (stopping, "getChat editMessageMedia getUpdates sendMessage"),
}


async def cell(launcher: Launcher, folder: Path, phase: str, method: str, kind: Kind) -> None:
    """Play one phase with one fault, which must have struck, and look at the accounts."""
    story, _ = PHASES[phase]
    armed: list[Fault] = []
    async with stage(launcher, folder, f"{phase}-{method}-{kind}") as play:

        def arm() -> Fault:
            armed.append(play.telegram.faults.add(method, kind, times=2 if kind in QUICK else 1, value=1))
            return armed[0]

        await story(play, arm)
        await play.settle()
        assert armed[0].hits, "the fault never struck: the method does not belong to this phase"
        play.telegram.faults.clear()
        assert await play.stop() == 0, play.bot.output
        assert play.ledger.is_settled


async def failures(cells: list[tuple[str, Coroutine[None, None, None]]], at_once: int) -> dict[str, str]:
    """Play all; what went wrong in which."""
    places, failed = asyncio.Semaphore(at_once), {}

    async def one(name: str, played: Coroutine[None, None, None]) -> None:
        async with places:
            try:
                await played
            except (AssertionError, TimeoutError, asyncio.TimeoutError) as error:
                failed[name] = f"{type(error).__name__}: {error}"

    await asyncio.gather(*(one(name, played) for name, played in cells))
    return failed


@pytest.mark.timeout(600)
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("pace", ["unanswered", "answered"])
async def test_every_tap_counts_once_whatever_fails(starter: Launcher, tmp_path: Path, phase: str, pace: str) -> None:
    """Every method of this phase with every kind of fault of this pace."""
    kinds = QUICK if pace == "answered" else SLOW
    cells = [
        (f"{method} {kind}", cell(starter, tmp_path, phase, method, kind))
        for method in PHASES[phase][1].split()
        for kind in (*kinds, *(DAMAGE if method == "download" and pace == "answered" else ()))
    ]
    assert await failures(cells, AT_ONCE if pace == "answered" else len(cells)) == {}
