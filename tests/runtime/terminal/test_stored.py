"""From a terminal: `backups` lists what is stored and checks it, `restore` makes one of the copies the table."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import ADMIN, PATIENCE, TOKEN, say, set_up, sign_up, stored, until_stored, users
from tests.stories.launcher import ROOT, awaited

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot

LINE = re.compile(
    r"^ *(\d+)  (\d{4}-\d\d-\d\dT[\d:]{8}Z|\?) +(\d+|\?) +(\d+|\?) +(\d+)  (good|NOT GOOD: .*)$", re.MULTILINE
)


async def play(bot: Bot, telegram: Telegram, clicks: int = 3) -> None:
    """Set up, and a player whose every click was a save."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    for click in range(1, clicks + 1):
        await say(anna, "Клик")
        await until_stored(telegram, {1001: ("Анна", click)})


async def ask(bot: Bot, *arguments: str, **env: str) -> tuple[int, str]:
    """Run `python main.py` with these arguments beside the bot's settings; exit status and output."""
    await bot.start(*arguments, **env)
    return await bot.wait(), bot.output


async def answer(bot: Bot, server: Server, text: str, *arguments: str) -> tuple[int, str]:
    """The same for a person who answers the question."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "main.py"), "--env-file", str(bot.env_file), *arguments),
        env={**os.environ, "BOT_TOKEN": TOKEN, "BOT_API_URL": server.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await awaited(process.communicate(text.encode()), "the end of the command")
    return process.returncode or 0, output.decode()


def listed(output: str) -> list[tuple[str, ...]]:
    """Generation, players, clicks and state of each line."""
    return [(match[1], match[3], match[4], match[6]) for match in LINE.finditer(output)]


def oldest(output: str) -> str:
    """The lowest generation of the list."""
    return listed(output)[-1][0]


async def test_backups_lists_what_is_stored(bot: Bot, telegram: Telegram) -> None:
    """Newest first, with time, players, clicks, size and whether it is good; looking leaves no trace in the chat."""
    await play(bot, telegram)
    assert await bot.stop() == 0
    messages = telegram.person(ADMIN).messages
    status, output = await ask(bot, "backups")
    assert status == 0
    assert " ".join(output.splitlines()[0].split()) == "generation saved at (UTC) players clicks bytes state"
    rows = listed(output)
    assert len(rows) == len(output.splitlines()) - 1
    assert rows[0] == (str(stored(telegram)["generation"]), "1", "3", "good")
    assert [int(row[0]) for row in rows] == sorted((int(row[0]) for row in rows), reverse=True)
    assert {row[3] for row in rows} == {"good"}
    assert int(oldest(output)) < stored(telegram)["generation"]
    assert telegram.person(ADMIN).messages == messages
    assert "Checking" not in output


async def test_backups_of_a_running_bot_disturb_it_not(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """The list only reads: the bot goes on, and a token alone is enough for it."""
    await play(bot, telegram, 1)
    status, output = await ask(new_bot(), "backups")
    assert (status, listed(output)[0][1:]) == (0, ("1", "1", "good"))
    assert await say(telegram.person(1001), "Клик") == "Кликов: 2 🏆"
    assert await bot.stop() == 0


@pytest.mark.long
async def test_damaged_copies_are_listed_and_not_restored(bot: Bot, telegram: Telegram) -> None:
    """A copy that is not good says so and why, the one before it is offered, and the damaged one is refused."""
    await play(bot, telegram, 1)
    assert await bot.stop() == 0
    pinned = telegram.person(ADMIN).pinned
    assert pinned
    damaged = telegram.document(pinned).replace(b'"clicks":1', b'"clicks":2')
    telegram.replace_file(pinned["document"]["file_id"], damaged)
    status, output = await ask(bot, "backups")
    newest, before = listed(output)[:2]
    assert status == 0
    assert newest[1:] == ("?", "?", f"NOT GOOD: message {pinned['message_id']}: its checksum is wrong")
    assert (int(before[0]), before[3]) == (int(newest[0]) - 1, "good")
    status, output = await ask(bot, "restore", newest[0], "--yes")
    assert (status, output) == (
        1,
        f"There is no good copy of generation {newest[0]}: `backups` lists what there is.",
    )
    assert telegram.document(pinned) == damaged


@pytest.mark.long
async def test_a_generation_is_restored(bot: Bot, server: Server, telegram: Telegram) -> None:
    """After `y` the copy is the table, stored in a new message above all others; the file remembers where."""
    await play(bot, telegram)
    assert await bot.stop() == 0
    chosen = oldest((await ask(bot, "backups"))[1])
    before = stored(telegram)
    status, output = await answer(bot, server, "y\n", "restore", chosen)
    pinned = telegram.person(ADMIN).pinned
    assert status == 0
    assert pinned
    assert "difference in clicks: -3\n" in output
    assert "difference in users: -1\n" in output
    assert f"Generation {chosen} is the table now, stored as generation {before['generation'] + 11}." in output
    assert output.rstrip().endswith(f"admin_id = {ADMIN}\nconfig_id = {pinned['message_id']}")
    assert f"CONFIG_ID={pinned['message_id']}" in bot.env_file.read_text(encoding="utf-8")
    assert (stored(telegram)["owner"], stored(telegram)["epoch"]) == (None, before["epoch"] + 1)
    await bot.start()
    await bot.ready()
    assert await say(telegram.person(1001), "Клик") == "Вы не зарегистрированы"


@pytest.mark.long
async def test_without_a_yes_nothing_happens(bot: Bot, server: Server, telegram: Telegram) -> None:
    """A no, and the end of the input where nobody can answer, leave everything as it is."""
    await play(bot, telegram, 1)
    assert await bot.stop() == 0
    messages = telegram.person(ADMIN).messages
    chosen = str(stored(telegram)["generation"])
    for status, output in (
        await answer(bot, server, "n\n", "restore", chosen),
        await ask(bot, "restore", chosen),
    ):
        assert status == 1
        assert output.rstrip().endswith("Nothing was changed.")
        assert "Traceback" not in output
    assert telegram.person(ADMIN).messages == messages


async def test_a_restore_can_be_taken_back(bot: Bot, telegram: Telegram) -> None:
    """The copy that a restore replaces stays in the list, even if the same mistake is made before looking."""
    await play(bot, telegram)
    assert await bot.stop() == 0
    newest = str(stored(telegram)["generation"])
    chosen = oldest((await ask(bot, "backups"))[1])
    assert (await ask(bot, "restore", chosen, "--yes"))[0] == 0
    assert users(telegram) == {}
    assert (newest, "1", "3", "good") in listed((await ask(bot, "backups"))[1])
    assert (await ask(bot, "restore", newest, "--yes"))[0] == 0
    assert users(telegram) == {1001: ("Анна", 3)}


async def test_a_running_bot_ends_when_another_table_is_restored(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """It must not write the old table over the new one: status 3, and the tap that ended it counts in the new table."""
    await play(bot, telegram, 2)
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
    command = new_bot()
    before = listed((await ask(command, "backups"))[1])[1]
    assert before[1:] == ("1", "1", "good")
    assert (await ask(command, "restore", before[0], "--yes"))[0] == 0
    anna = telegram.person(1001)
    anna.send("Клик")
    assert await bot.wait() == 3
    assert "Another process has taken over this bot's backup" in bot.lines[-1]
    assert users(telegram) == {1001: ("Анна", 1)}
    await bot.start()
    await until_stored(telegram, {1001: ("Анна", 2)})


async def test_an_unknown_generation_is_refused(bot: Bot, telegram: Telegram) -> None:
    """A number that is not in the list changes nothing and says where to look; a word is no number."""
    await play(bot, telegram, 1)
    assert await bot.stop() == 0
    before = stored(telegram)
    status, output = await ask(bot, "restore", "999", "--yes")
    assert (status, output) == (1, "There is no good copy of generation 999: `backups` lists what there is.")
    status, output = await ask(bot, "restore", "newest")
    assert status == 2
    assert "argument generation: invalid int value: 'newest'" in output
    assert stored(telegram) == before


@pytest.mark.parametrize("arguments", [("backups",), ("restore", "1", "--yes")], ids=" ".join)
async def test_before_the_set_up_there_is_nothing(bot: Bot, telegram: Telegram, arguments: tuple[str, ...]) -> None:
    """Without a backup, a token, or with a wrong one, one line says what to do, and nobody is written to."""
    status, output = await ask(bot, *arguments)
    assert status == 2
    assert output == "ADMIN_ID is not set and this bot has no backup yet: set it up with `admin` first."
    assert await ask(bot, *arguments, BOT_TOKEN="") == (
        2,
        "BOT_TOKEN is not set: expected the token from BotFather, digits:letters.",
    )
    status, output = await ask(bot, *arguments, BOT_TOKEN="43:OTHER")
    assert (status, len(output.splitlines())) == (1, 1)
    assert "Unauthorized" in output
    assert "OTHER" not in output
    assert telegram.people == []


async def test_an_empty_backup_chat_is_an_empty_list(bot: Bot, telegram: Telegram) -> None:
    """With ADMIN_ID alone and nothing stored there is a list without lines; a wrong ADMIN_ID is told."""
    telegram.person(ADMIN).send("/start")
    status, output = await ask(bot, "backups", ADMIN_ID=str(ADMIN))
    assert (status, listed(output), len(output.splitlines())) == (0, [], 1)
    status, output = await ask(bot, "backups", ADMIN_ID="77")
    assert status == 1
    assert "chat 77 is not found: open the bot in Telegram, press Start and check ADMIN_ID" in output


if sys.platform != "win32":  # which has no pseudo-terminals

    @pytest.mark.long
    async def test_a_terminal_shows_the_progress(bot: Bot, server: Server, telegram: Telegram, tmp_path: Path) -> None:
        """The bar is drawn on standard error where that is a terminal, and never in the list itself."""
        await play(bot, telegram, 1)
        assert await bot.stop() == 0
        ours, theirs = os.openpty()
        with (tmp_path / "list").open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(ROOT / "main.py"), "--env-file", str(bot.env_file), "backups"),
                env={**os.environ, "BOT_TOKEN": TOKEN, "BOT_API_URL": server.url},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=theirs,
            )
            assert await awaited(process.wait(), "the end of the command") == 0
        drawn = os.read(ours, 1 << 16).decode()
        os.close(ours)
        os.close(theirs)
        steps = re.findall(r"\rChecking \[(#*) *\] (\d+)/(\d+)", drawn)
        assert [int(step[1]) for step in steps] == list(range(1, len(steps) + 1))
        assert steps[-1][0] == "#" * 30
        assert len(listed((tmp_path / "list").read_text(encoding="utf-8"))) >= len(steps)
