"""The token is enough: where the backup lies is kept at Telegram itself, where players never look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiogram import Bot as Client
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)

from tests.stories.harness import ADMIN, PATIENCE, TOKEN, restart, say, set_up, sign_up, stored, until_stored, users

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from emulator.http.server import Server
    from emulator.state.faults import Kind
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot

LANGUAGE = "vo"
REFUSED = (400, "Bad Request: BOT_COMMANDS_TOO_MUCH")


def pointed(telegram: Telegram) -> dict[str, list[int]]:
    """What is kept at Telegram, by line."""
    listed = telegram.bot().commands.items()
    commands = [command for (_, language), commands in listed if language == LANGUAGE for command in commands]
    return {command["command"]: [int(word) for word in command["description"].split()] for command in commands}


def written(telegram: Telegram) -> int:
    """How often it was written, or tried to be."""
    return sum(
        call.params.get("language_code") == LANGUAGE for call in telegram.calls if call.method == "setMyCommands"
    )


def pinned_id(telegram: Telegram) -> int:
    """The message that holds the document."""
    pinned = telegram.person(ADMIN).pinned
    assert pinned
    number: int = pinned["message_id"]
    return number


async def test_a_server_without_these_methods_keeps_the_tables(bot: Bot, telegram: Telegram) -> None:
    """Not Telegram's own: the settings say where the document lies, and the claim stands in its caption."""
    for method in ("getMyCommands", "setMyCommands", "deleteWebhook"):
        telegram.faults.add(method, "error", times=None, value=(404, "Not Found: method not found"))
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)  # or the tap is answered again
    await restart(bot, kill=True)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
async def test_a_token_and_an_empty_disk_are_enough(
    bot: Bot, new_bot: NewBot, telegram: Telegram, tmp_path: Path, kill: bool
) -> None:
    """After the set-up a process that knows nothing but BOT_TOKEN finds the table and goes on with it."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    await telegram.wait(lambda: 1001 in users(telegram), PATIENCE)
    await (bot.kill() if kill else bot.stop())
    other = new_bot(tmp_path / "empty" / "no.env")
    await other.start()
    assert "Ready: users 1, " in await other.ready()
    anna.send("Клик")
    await anna.wait(lambda: anna.newest == "Кликов: 2 🏆", PATIENCE)
    await until_stored(telegram, {1001: ("Анна", 2)})


async def test_the_token_is_enough_after_an_unpinning(
    bot: Bot, new_bot: NewBot, telegram: Telegram, tmp_path: Path
) -> None:
    """The pointer names the message, so nobody needs to find it pinned, and it is pinned again."""
    admin = await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    assert await bot.stop() == 0
    admin.unpin()
    admin.pin(admin.send("Важное")["message_id"])
    other = new_bot(tmp_path / "no.env")
    await other.start()
    assert "Ready: users 1" in await other.ready()
    assert await other.stop() == 0
    assert users(telegram) == {1001: ("Анна", 0)}


async def test_players_are_not_shown_where_it_lies(bot: Bot, telegram: Telegram, server: Server) -> None:
    """In every scope and language that a chat with a player shows, the only commands are those of groups."""
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    await telegram.wait(lambda: len(telegram.bot().commands) == 6, PATIENCE)  # where it lies, the admin's and groups'
    private = (BotCommandScopeChat(chat_id=1001), BotCommandScopeAllPrivateChats(), BotCommandScopeDefault())
    async with Client(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(server.url))) as client:
        for language in ("", "ru", "en", "vo"):
            for scope in private:
                assert await client.get_my_commands(scope, language) == []
            in_groups = await client.get_my_commands(BotCommandScopeAllGroupChats(), language)
            assert [one.command for one in in_groups] == ([] if language == "vo" else ["click", "rating"])
    assert pointed(telegram)["backup"] == [ADMIN, pinned_id(telegram)]


async def test_it_is_written_when_the_place_changes(bot: Bot, telegram: Telegram) -> None:
    """Not for a save, not for a restart; for a new document it is, once."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    await telegram.wait(lambda: "days" in pointed(telegram), PATIENCE)
    before = written(telegram)
    for clicks in (1, 2):
        await say(anna, "Клик")
        await until_stored(telegram, {1001: ("Анна", clicks)})
    await restart(bot)
    assert written(telegram) == before
    await say(admin, "admin")
    await telegram.wait(lambda: pointed(telegram)["backup"] == [ADMIN, pinned_id(telegram)], PATIENCE)
    assert await bot.stop() == 0
    assert written(telegram) == before + 1


async def test_a_plain_admin_leads_nowhere(bot: Bot, telegram: Telegram) -> None:
    """A stranger's word moves nothing: no pointer is written, and the token alone leads to no backup."""
    await bot.start()
    await bot.ready()
    eve = telegram.person(666, first_name="Ева")
    await say(eve, "admin")
    await eve.wait(lambda: eve.newest.startswith("config_id = "), PATIENCE)
    await restart(bot)
    assert written(telegram) == 0
    await set_up(bot, telegram)
    await telegram.wait(lambda: pointed(telegram)["backup"] == [ADMIN, pinned_id(telegram)], PATIENCE)


async def test_the_settings_win(bot: Bot, new_bot: NewBot, telegram: Telegram, tmp_path: Path) -> None:
    """ADMIN_ID and CONFIG_ID lead to the backup they name, wherever the pointer leads, and the pointer follows."""
    await bot.start()
    await bot.ready()
    other = telegram.person(2, first_name="Другой")
    other.send("admin")
    await other.wait(lambda: other.newest.startswith("config_id = "), PATIENCE)
    config_id = other.newest.removeprefix("config_id = ")
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    assert await bot.stop() == 0
    moved = new_bot(tmp_path / "no.env", ADMIN_ID="2", CONFIG_ID=config_id)
    await moved.start()
    assert "Ready: users 0" in await moved.ready()
    await moved.stop()
    assert pointed(telegram)["backup"] == [2, int(config_id)]
    assert users(telegram) == {1001: ("Анна", 0)}


async def test_an_old_config_id_is_no_way_back(bot: Bot, new_bot: NewBot, telegram: Telegram, tmp_path: Path) -> None:
    """The document has moved, the environment names the old message, nothing is pinned: the newer document wins."""
    admin = await set_up(bot, telegram)
    old = pinned_id(telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(admin, "admin")
    await say(anna, "Клик")
    assert await bot.stop() == 0
    assert pinned_id(telegram) != old
    admin.unpin()
    other = new_bot(tmp_path / "no.env", ADMIN_ID=str(ADMIN), CONFIG_ID=str(old))
    await other.start()
    assert "Ready: users 1, clicks 1" in await other.ready()


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "value"), [("error", REFUSED), ("500", None), ("429", 1000), ("reset_after", None)], ids=str
)
async def test_a_pointer_that_cannot_be_written_stops_nothing(
    bot: Bot, telegram: Telegram, kind: Kind, value: Any
) -> None:
    """The set-up, taps, saves and the stop go on; the log tells, and the pointer is written once that works again."""
    fault = telegram.faults.add("setMyCommands", kind, times=None, value=value)
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    for clicks in (1, 2):
        await say(anna, "Клик")
        await until_stored(telegram, {1001: ("Анна", clicks)})
    assert "The place of the backup could not be kept at Telegram" in bot.output
    assert await bot.stop() == 0
    telegram.faults.remove(fault)
    await bot.start()
    assert "Ready: users 1, clicks 2" in await bot.ready()
    assert pointed(telegram)["backup"] == [ADMIN, pinned_id(telegram)]


async def test_a_pointer_that_is_refused_does_not_hide_the_settings(bot: Bot, telegram: Telegram) -> None:
    """A Telegram that does not tell the place is no reason not to look where the settings say."""
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    telegram.faults.add("getMyCommands", "error", times=None, value=REFUSED)
    await restart(bot)
    assert "Telegram does not tell where the backup lies" in bot.output
    assert "Ready: users 1" in await bot.ready()


@pytest.mark.long
@pytest.mark.parametrize(("kind", "value"), [("502", None), ("error", REFUSED), ("error", (404, "Not Found"))], ids=str)
async def test_a_pointer_that_cannot_be_read_now_is_waited_for(
    bot: Bot, new_bot: NewBot, telegram: Telegram, tmp_path: Path, kind: Kind, value: Any
) -> None:
    """With the token alone a failure is not taken for a bot that was never set up, whatever it says."""
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    assert await bot.stop() == 0
    telegram.faults.add("getMyCommands", kind, times=2, value=value)
    other = new_bot(tmp_path / "no.env")
    await other.start()
    assert "Ready: users 1" in await other.ready()
    assert "backup chat yet" not in other.output
    assert stored(telegram)["counts"]["users"] == 1
