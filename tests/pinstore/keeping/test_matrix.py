"""The fault matrix: every method the bot calls, in every phase in which it is called, with every way to fail.

In each cell every accepted tap is at every instant either stored or still with Telegram (`tests.chaos.ledger`), in the
end all are stored once, and the processes end as they should. The cells of a phase are played at the same time, as a
call that is left without an answer takes as long as the bot's patience; those of a method that take no time, one after
the other by the same bot.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from emulator.state.faults import Fault, Kind
from tests.chaos.ledger import stop
from tests.stories.launcher import Launcher
from tests.stories.stage import SETTLING, Stage, stage

pytestmark = pytest.mark.long

Arm = Callable[[], Fault]
Story = Callable[[Stage, Arm], Awaitable[None]]

QUICK: tuple[Kind, ...] = ("500", "502", "429", "reset_before", "reset_after")
SLOW: tuple[Kind, ...] = ("timeout_after", "no_answer")
DAMAGE: tuple[Kind, ...] = ("truncate", "damage")
AT_ONCE = 10
"""Stages played at the same time, beside as many that mostly wait: each begins with the start of a bot."""

PROXY = 31.0
"""Seconds after which something between the bot and Telegram ends a connection on which nothing comes."""


async def setting_up(play: Stage, arm: Arm) -> None:
    """A fresh bot is set up, and the first player comes."""
    arm()
    await play.fleet.start()
    await play.set_up()
    play.anna.send("/start")
    play.ledger.tap(play.anna)


async def starting(play: Stage, arm: Arm) -> None:
    """A bot that was stopped is started; a tap waits for it."""
    assert await play.stop() == 0
    play.ledger.tap(play.anna)
    arm()
    await play.fleet.start()


async def recovering(play: Stage, arm: Arm) -> None:
    """A bot that was killed in the midst of its work is started again."""
    play.ledger.tap(play.anna)
    await play.kill()
    play.ledger.tap(play.anna)
    arm()
    await play.fleet.start()


async def claiming(play: Stage, arm: Arm) -> None:
    """A second process starts beside one that works: one of them is left."""
    play.ledger.tap(play.anna)
    arm()
    await play.fleet.start()
    await play.bot.wait_line("Ready: ", SETTLING)
    play.ledger.tap(play.anna)
    await play.fleet.alone(SETTLING)


async def playing(play: Stage, arm: Arm) -> None:
    """A tap is answered."""
    heard = play.anna.chat.texts_sent
    arm()
    play.ledger.tap(play.anna)
    await play.anna.wait(lambda: play.anna.chat.texts_sent > heard, SETTLING)


async def saving(play: Stage, arm: Arm) -> None:
    """Taps are stored, again and again."""
    arm()
    for _ in range(3):
        play.ledger.tap(play.anna)
        await play.settle()


async def moving(play: Stage, arm: Arm) -> None:
    """The document has to be written anew, as the admin has pinned something over it."""
    play.admin.pin(int(play.admin.send("Объявление")["message_id"]))
    arm()
    play.ledger.tap(play.anna)


async def stopping(play: Stage, arm: Arm) -> None:
    """The bot is told to stop before it has stored the last tap, and is started again later."""
    heard = play.anna.chat.texts_sent
    arm()
    play.ledger.tap(play.anna)
    await play.anna.wait(lambda: play.anna.chat.texts_sent > heard, SETTLING)
    await play.stop()
    play.telegram.faults.clear()
    await (await play.fleet.start()).ready()
    play.ledger.tap(play.anna)


OPENING = "getMe deleteWebhook getMyCommands setMyCommands getChat forwardMessage getFile download deleteMessage"
PHASES: dict[str, tuple[Story, str]] = {
    "start": (starting, f"{OPENING} editMessageCaption editMessageMedia getUpdates sendMessage"),
    "recovery": (recovering, f"{OPENING} sendDocument pinChatMessage editMessageMedia getUpdates sendMessage"),
    "claim": (claiming, f"{OPENING} sendDocument pinChatMessage editMessageMedia getUpdates"),
    "set-up": (
        setting_up,
        "getMe deleteWebhook getMyCommands getChat getUpdates sendDocument pinChatMessage setMyCommands sendMessage",
    ),
    "play": (playing, "getUpdates sendMessage"),
    "save": (saving, "getChat editMessageMedia getMyCommands getUpdates"),
    "move": (moving, "getChat forwardMessage deleteMessage sendDocument pinChatMessage setMyCommands getUpdates"),
    "stop": (stopping, "getChat editMessageMedia getUpdates sendMessage"),
}


async def give_up(play: Stage, fault: Fault) -> None:
    """What stands between the bot and Telegram cuts off a call that hangs."""
    await play.telegram.wait(lambda: fault.hits, SETTLING)
    await asyncio.sleep(PROXY)
    play.telegram.network.drop()


async def cells(launcher: Launcher, folder: Path, phase: str, method: str, kinds: Sequence[Kind]) -> None:
    """Play one phase with one fault after the other, each of which must strike, and look at the accounts."""
    story, _ = PHASES[phase]
    async with stage(launcher, folder, f"{phase}-{method}-{kinds[0]}") as play:
        if phase != "set-up":
            await play.begin()
        for kind in kinds:
            armed: list[Fault] = []
            giving_up: list[asyncio.Task[None]] = []

            def arm() -> Fault:
                fault = play.telegram.faults.add(method, kind, times=1 if kind in SLOW else 2, value=1)  # noqa: B023
                armed.append(fault)  # noqa: B023
                giving_up.append(asyncio.create_task(give_up(play, fault)))  # noqa: B023
                return fault

            await story(play, arm)
            await play.settle()
            await stop(giving_up[0])
            assert armed[0].hits, f"{kind} never struck: the method does not belong to this phase"
            play.telegram.faults.clear()
        assert await play.stop() == 0, play.bot.output
        assert play.ledger.is_settled


def groups(phase: str) -> Iterator[tuple[str, Sequence[Kind]]]:
    """A phase's methods with the kinds of faults that one stage plays: those that take long alone, and first."""
    methods = PHASES[phase][1].split()
    apart = [(kind,) for kind in QUICK]
    yield from ((method, (kind,)) for kind in SLOW for method in methods)
    for method in methods:
        # A bot is set up once, and after a failure it does not ask for its commands again at once.
        is_one_go = phase != "set-up" and method != "setMyCommands"
        yield from ((method, kinds) for kinds in ([QUICK] if is_one_go else apart))
    if "download" in methods:
        yield "download", DAMAGE


@pytest.mark.timeout(600)
@pytest.mark.parametrize("phase", PHASES)
async def test_every_tap_counts_once_whatever_fails(starter: Launcher, tmp_path: Path, phase: str) -> None:
    """Every method of this phase with every kind of fault."""
    failed: dict[str, str] = {}
    places, waiting = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)

    async def one(method: str, kinds: Sequence[Kind]) -> None:
        async with waiting if kinds[0] in SLOW else places:
            try:
                await cells(starter, tmp_path, phase, method, kinds)
            except (AssertionError, TimeoutError) as error:
                failed[f"{method} {kinds}"] = f"{type(error).__name__}: {error}"

    await asyncio.gather(*(one(method, kinds) for method, kinds in groups(phase)))
    assert failed == {}
