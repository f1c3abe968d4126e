"""Two bots that were not written for the store move in: they answer as before, and live through SIGKILL anywhere."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.stories.harness import ADMIN, stored
from tests.stories.launcher import Bot
from tests.stories.script import START, Script

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Launcher

pytestmark = pytest.mark.long

HERE = Path(__file__).parent
FEW = 20
"""Changed lines that are no longer few, removed and added ones together."""


class Stranger(NamedTuple):
    """A bot, what Anna does with it, and what a table holds in the end: the last column of its rows."""

    name: str
    moves: tuple[str, ...]
    table: str
    kept: list[Any]


STRANGERS = [
    Stranger("hike", ("/start", "Anna", "perhaps", "yes", "3"), "dialogues", []),
    Stranger("todo", ("bread", "milk", "/list", "✓ bread"), "things", ["milk"]),
]
each = pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: str(stranger.name))


def program(stranger: Stranger, when: str) -> Path:
    """The bot before or after."""
    return HERE / stranger.name / f"{when}.py"


def new_bot(programs: Launcher, stranger: Stranger, when: str, server: Server, folder: Path) -> Bot:
    """The bot, not started yet."""
    return Bot(Script(programs, program(stranger, when)), server.url, folder / ".env")


def do(anna: Person, move: str) -> None:
    """Press the button with this text, or say it."""
    if move.startswith("✓"):
        anna.press(move)
    else:
        anna.send(move)


def shown(anna: Person) -> list[tuple[int, str]]:
    """The bot's messages as they are now: number and text."""
    return [(m.id, m.data["text"]) for m in anna.chat.messages.values() if m.outgoing and "text" in m.data]


def whose(update: dict[str, Any]) -> list[Any]:
    """Who did what an update tells."""
    return [event["from"] for event in update.values() if isinstance(event, dict)]


def changed(anna: Person, before: list[tuple[int, str]]) -> list[str]:
    """What the bot shows that it did not show before, in new messages or in edited ones."""
    return [text for number, text in shown(anna) if (number, text) not in before]


async def expected(
    programs: Launcher, stranger: Stranger, telegram: Telegram, server: Server, folder: Path
) -> list[str]:
    """What the bot answered before it moved in, to each move."""
    bot, bella = new_bot(programs, stranger, "before", server, folder), telegram.person(1002)
    answers = []
    try:
        await bot.start()
        for move in stranger.moves:
            before = shown(bella)
            do(bella, move)
            answers.append((await bella.wait(lambda: changed(bella, before), START))[0])  # noqa: B023 - ends here
        assert await bot.stop() == 0, bot.output
    finally:
        await bot.close()
    telegram.bot().queue.clear()  # aiogram alone leaves the last update there
    return answers


@pytest.mark.timeout(900)  # it starts half a dozen times, and a busy machine takes long to import everything
@each
async def test_a_stranger_lives_through_sigkill(
    stranger: Stranger, telegram: Telegram, server: Server, programs: Launcher, tmp_path: Path
) -> None:
    """Killed between any two messages, and told the next one while it is dead, it answers as it did before."""
    answers = await expected(programs, stranger, telegram, server, tmp_path)
    bot, anna = new_bot(programs, stranger, "after", server, tmp_path), telegram.person(1001)
    try:
        await bot.start()
        admin = telegram.person(ADMIN)
        admin.send(f"admin {(await bot.wait_line(r'admin ([0-9a-f]{10})', START))[1]}")
        await admin.wait(lambda: admin.newest.startswith("config_id = "), START)
        for move, right in zip(stranger.moves, answers, strict=True):
            await bot.kill()
            before = shown(anna)
            do(anna, move)
            await bot.start()
            await anna.wait(lambda: right in changed(anna, before), START)  # noqa: B023 - ends here
        assert await bot.stop() == 0, bot.output
        rows = stored(telegram)["tables"][stranger.table]["rows"]
        assert [row[-1] for row in rows] == stranger.kept
        assert not [update for update in telegram.bot(42).queue.pending if anna.user in whose(update)]
    finally:
        await bot.close()


@each
def test_the_change_is_small_and_shown(stranger: Stranger) -> None:
    """Fewer than 20 lines, removed and added together; the page on writing a bot shows all of them."""
    before, after = (program(stranger, when).read_text(encoding="utf-8").splitlines() for when in ("before", "after"))
    changes = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    lines = [line for line in changes if not line.startswith("@@")]
    assert 0 < len(lines) < FEW
    page = (HERE.parents[1] / "docs" / "writing-a-bot.md").read_text(encoding="utf-8")
    assert "```diff\n" + "\n".join(line for line in lines if len(line) > 1) + "\n```" in page
