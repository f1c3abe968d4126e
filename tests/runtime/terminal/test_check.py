"""`python main.py --check`: a line for each thing that a bot needs; what hangs on one that is bad is not looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import ADMIN, say, set_up, sign_up, stored, until_stored

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot


async def check(bot: Bot, **env: str) -> tuple[int, list[tuple[str, str, str]]]:
    """Run it; its status, and verdict, name and text of each line."""
    await bot.start("--check", **env)
    status = await bot.wait()
    lines = [line.split(maxsplit=1) for line in bot.lines]
    return status, [(verdict, *rest.split(": ", 1)) for verdict, rest in lines]  # type: ignore[misc]


async def test_all_is_good_and_nothing_is_touched(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """Beside a running bot, with the token alone: no poll, no message left behind."""
    admin = await set_up(bot, telegram, HISTORY="0h 0d")  # whose copies come after the save
    await say(await sign_up(telegram, 1001, "Анна"), "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    messages = admin.messages
    status, lines = await check(new_bot())
    assert status == 0
    assert [line[:2] for line in lines] == [
        ("good", "token"),
        ("good", "backup chat"),
        ("good", "rights"),
        ("good", "stored copy"),
    ]
    assert lines[0][2] == "@clicker_bot"
    assert lines[1][2] == str(ADMIN)
    assert lines[3][2].startswith(f"generation {stored(telegram)['generation']} of ")
    assert {"clicks 1", "users 1"} <= set(lines[3][2].split(", "))
    assert admin.messages == messages
    assert bot.running


async def test_a_refused_token_is_told(bot: Bot) -> None:
    """Status 1; what needs the token is not looked at, and has its line."""
    status, lines = await check(bot, BOT_TOKEN="43:OTHER")
    assert (status, lines[0]) == (1, ("BAD", "token", "Unauthorized"))
    assert [line[:2] for line in lines[1:]] == [("BAD", "backup chat"), ("BAD", "rights"), ("BAD", "stored copy")]
    assert all(line[2] == "not looked at, as it needs the token" for line in lines[1:])


async def test_a_bot_that_is_not_set_up_is_told(bot: Bot) -> None:
    """It says what to do."""
    status, lines = await check(bot)
    assert status == 1
    assert lines[1][:2] == ("BAD", "backup chat")
    assert "set it up with `admin` first" in lines[1][2]


async def test_a_bot_that_is_blocked_in_the_chat_is_told(bot: Bot, telegram: Telegram) -> None:
    """Not only that something is wrong, but what."""
    admin = await set_up(bot, telegram)
    assert await bot.stop() == 0
    admin.block()
    status, lines = await check(bot)
    assert (status, lines[2][:2]) == (1, ("BAD", "rights"))
    assert "blocked" in lines[2][2]


@pytest.mark.parametrize("content", [b"{}", b"[[1"], ids=["empty", "cut"])
async def test_a_copy_that_is_not_good_is_told(bot: Bot, telegram: Telegram, content: bytes) -> None:
    """The stored copy is downloaded and verified."""
    admin = await set_up(bot, telegram)
    assert await bot.stop() == 0
    pinned = admin.pinned
    assert pinned
    telegram.replace_file(pinned["document"]["file_id"], content)
    status, lines = await check(bot)
    assert (status, lines[-1][:2]) == (1, ("BAD", "stored copy"))


async def test_a_timer_that_deletes_copies_is_told(bot: Bot, telegram: Telegram) -> None:
    """The line says what to do; what is stored is looked at all the same."""
    admin = await set_up(bot, telegram)
    assert await bot.stop() == 0
    admin.set_auto_delete(7 * 86_400)
    status, lines = await check(bot)
    assert status == 1
    assert [line[:2] for line in lines[1:]] == [("BAD", "backup chat"), ("good", "rights"), ("good", "stored copy")]
    assert "after 7 days" in lines[1][2]
    assert "turn the auto-delete timer off" in lines[1][2]
    admin.set_auto_delete(0)
    assert (await check(bot))[0] == 0


async def test_without_a_token_it_says_so(bot: Bot) -> None:
    """It never starts the demo."""
    await bot.start("--check", BOT_TOKEN="")
    assert await bot.wait() == 2
    assert bot.lines[0].startswith("BOT_TOKEN is not set")
