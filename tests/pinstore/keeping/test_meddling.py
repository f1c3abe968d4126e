"""What people do to the backup chat: unpin, delete, pin something else, clear, block, forward something old."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.stories.launcher import Launcher
from tests.stories.stage import SETTLING, Stage, stage

pytestmark = pytest.mark.long

Deed = Callable[[Stage], Awaitable[None]]


async def unpin(play: Stage) -> None:
    """Nothing is pinned any more."""
    play.admin.unpin()


async def cover(play: Stage) -> None:
    """Another message is pinned on top."""
    play.admin.pin(int(play.admin.send("Объявление")["message_id"]))


async def forward_old(play: Stage) -> None:
    """A document of an earlier generation is forwarded into the chat and pinned on top."""
    old = play.kept["old"]
    origin = {"type": "user", "sender_user": play.telegram.bot().user, "date": old["date"]}
    forwarded = play.admin.send_content(document=old["document"], caption=old["caption"], forward_origin=origin)
    play.admin.pin(int(forwarded["message_id"]))


async def send_own(play: Stage) -> None:
    """A file that looks like a backup and was written by somebody else is pinned on top."""
    file = play.admin.send_file("users.json", b'[[7, "Mallory", 1000000, 0]]')
    play.admin.pin(int(file["message_id"]))


async def ask_as_stranger(play: Stage) -> None:
    """A stranger writes what only the admin may."""
    stranger = play.telegram.person(666, first_name="Mallory")
    for text in ("admin", "admin 0123456789"):
        stranger.send(text)


async def block(play: Stage) -> None:
    """The admin blocks the bot until it has been refused."""
    play.admin.block()

    async def unblock() -> None:
        await play.telegram.wait(lambda: any(call.status == 403 for call in play.telegram.calls), SETTLING)
        play.admin.unblock()

    play.later(unblock())


async def delete(play: Stage) -> None:
    """The pinned document is deleted."""
    assert play.admin.pinned
    play.admin.delete(play.admin.pinned["message_id"])


async def clear(play: Stage) -> None:
    """All messages are deleted."""
    play.admin.clear_history()


HARMLESS: list[Deed] = [unpin, cover, forward_old, send_own, ask_as_stranger, block]
RUINOUS: list[Deed] = [delete, clear]


async def begin(play: Stage) -> None:
    """A bot with some generations behind it."""
    await play.begin()
    play.kept["old"] = dict(play.admin.pinned or {})
    play.ledger.tap(play.anna)
    await play.settle()


async def end(play: Stage) -> None:
    """Everything is stored in the pinned document of the bot's own, and the stranger has got nowhere."""
    play.ledger.tap(play.anna)
    await play.settle()
    assert await play.stop() == 0, play.bot.output
    assert play.admin.pinned
    assert play.admin.pinned["from"]["is_bot"]
    assert play.ledger.is_settled
    assert play.telegram.person(666).pinned is None


@pytest.mark.parametrize("deed", [*HARMLESS, *RUINOUS])
async def test_while_the_bot_works(starter: Launcher, tmp_path: Path, deed: Deed) -> None:
    """The bot has everything in memory: it writes anew what it finds missing."""
    async with stage(starter, tmp_path, "meddling") as play:
        await begin(play)
        await deed(play)
        play.ledger.tap(play.anna)
        await play.settle()
        if deed in RUINOUS:
            play.ledger.moments.clear()  # until the next save the only copy was in memory
        await end(play)


@pytest.mark.parametrize("deed", HARMLESS)
@pytest.mark.parametrize("ending", ["stop", "kill"])
async def test_while_the_bot_is_away(starter: Launcher, tmp_path: Path, deed: Deed, ending: str) -> None:
    """The next process finds the newest copy whatever is pinned."""
    async with stage(starter, tmp_path, "meddling") as play:
        await begin(play)
        play.ledger.tap(play.anna)
        await (play.stop() if ending == "stop" else play.kill())
        await deed(play)
        play.ledger.tap(play.anna)
        await play.fleet.start()
        await play.settle()
        await end(play)


@pytest.mark.parametrize("deed", HARMLESS)
async def test_with_an_old_place_in_the_environment(starter: Launcher, tmp_path: Path, deed: Deed) -> None:
    """CONFIG_ID where the disk does not outlive a process is the message of the first document, long outlived."""
    async with stage(starter, tmp_path, "meddling") as play:
        await begin(play)
        play.admin.send("admin")
        await play.admin.wait(lambda: play.admin.answers[-2:-1] == ["admin_id = 1"], SETTLING)
        await play.settle()
        assert await play.stop() == 0
        play.forget(admin_id=1, config_id=play.kept["old"]["message_id"])
        await deed(play)
        play.ledger.tap(play.anna)
        await play.fleet.start()
        await play.settle()
        await end(play)


async def test_a_copy_nobody_knows_of_is_not_the_newest(starter: Launcher, tmp_path: Path) -> None:
    """Sent while another message hid the document, its answer lost; what is stored after it has a higher number.

    So it does no harm that the admin finds it and pins it.
    """
    async with stage(starter, tmp_path, "meddling", HISTORY="0h 0d") as play:
        await begin(play)
        own = (play.admin.pinned or {})["message_id"]
        await cover(play)
        play.telegram.faults.add("sendDocument", "reset_after")
        play.ledger.tap(play.anna)
        await play.telegram.wait(lambda: len(documents(play)) == 2, SETTLING)
        stray = next(one for one in documents(play) if one != own)
        await unpin(play)
        play.ledger.tap(play.anna)
        await play.settle()
        assert (play.admin.pinned or {})["message_id"] == own
        play.admin.pin(stray)
        await play.kill()
        await play.fleet.start()
        await play.settle()
        await end(play)


def documents(play: Stage) -> list[int]:
    """Messages of the bot's own that hold one, those aside that it forwards for a look."""
    found = [message.data for message in play.admin.chat.messages.values() if message.outgoing]
    return [int(data["message_id"]) for data in found if "document" in data and "forward_origin" not in data]
