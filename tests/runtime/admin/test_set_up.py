"""What the admin sees: set-up, ids that are remembered, a fresh document on demand, import of old backups."""

from __future__ import annotations

import json
import re
import stat
import sys
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.emulator.api import Api
from tests.stories.harness import (
    ADMIN,
    PATIENCE,
    adopt,
    bare,
    restart,
    say,
    set_up,
    sign_up,
    stored,
    until_stored,
    uploads,
    users,
)

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot


async def two_ids(person: Person, after: int = 0) -> tuple[int, int]:
    """The two numbers that the bot writes after a document."""
    await person.wait(lambda: len(person.answers) >= after + 2, PATIENCE)
    first, second = person.answers[after : after + 2]
    return int(first.removeprefix("admin_id = ")), int(second.removeprefix("config_id = "))


async def test_the_code_from_the_log_adopts_on_the_spot(bot: Bot, telegram: Telegram) -> None:
    """The document is written, pinned, its real ids are told and remembered; players play without a restart."""
    admin = await set_up(bot, telegram)
    ids = await two_ids(admin)
    assert ids == (ADMIN, (admin.pinned or {})["message_id"])
    settings = bot.env_file.read_text(encoding="utf-8")
    assert settings == f"# settings\nADMIN_ID={ADMIN}\nCONFIG_ID={ids[1]}\n"
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    pin = next(call for call in telegram.calls if call.method == "pinChatMessage")
    assert pin.params["disable_notification"] in {"true", "True"}


async def test_a_fresh_bot_counts_nothing_and_says_so(bot: Bot, telegram: Telegram) -> None:
    """Until a backup chat is adopted, whatever is tapped would be lost: one line says so and nothing is counted."""
    await bot.start()
    anna = telegram.person(1001, first_name="Анна")
    for text in ("/start", "Клик", "Рейтинг"):
        assert "настраивается" in await say(anna, text)
    await set_up(bot, telegram)
    assert await say(anna, "Клик") == "Вы не зарегистрированы"
    assert users(telegram) == {}


@pytest.mark.long
@pytest.mark.parametrize("word", ["admin", "Admin", "admin 0123456789", "admin  ", "ADMIN код"])
async def test_a_strangers_admin_leads_nowhere(bot: Bot, telegram: Telegram, word: str) -> None:
    """Whoever writes `admin` gets a document and its ids, and the bot is still waiting for its admin."""
    await bot.start()
    eve = telegram.person(666, first_name="Ева")
    eve.send(word)
    assert (await two_ids(eve))[0] == 666
    assert bot.env_file.read_text(encoding="utf-8") == "# settings\n"
    assert "настраивается" in await say(eve, "/start")
    admin = await set_up(bot, telegram)
    assert (await two_ids(admin))[0] == ADMIN
    assert await say(eve, "admin") == "Вы не зарегистрированы"
    assert stored(telegram, 666)["owner"] is None


async def test_the_ids_of_an_unproved_admin_work_in_the_settings(bot: Bot, telegram: Telegram) -> None:
    """`admin`, two lines copied into the settings, a restart: the way without a log."""
    await bot.start()
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.send("admin")
    chat, message = await two_ids(admin)
    await restart(bot, ADMIN_ID=str(chat), CONFIG_ID=str(message))
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: ("Анна", 1)})
    assert (admin.pinned or {})["message_id"] == message


async def test_admin_of_the_settings_needs_no_code(bot: Bot, telegram: Telegram) -> None:
    """With ADMIN_ID and nothing stored in that chat, `admin` from there sets the bot up; from elsewhere it does not."""
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.send("привет")
    await bot.start(ADMIN_ID=str(ADMIN))
    await bot.wait_line("Nothing is stored .* send: admin\\b")
    eve = telegram.person(666, first_name="Ева")
    eve.send("admin")
    assert (await two_ids(eve))[0] == 666
    assert "настраивается" in await say(eve, "/start")
    admin.clear_history()
    admin.send("admin")
    assert (await two_ids(admin))[0] == ADMIN
    await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})


async def test_later_admin_writes_a_fresh_document(bot: Bot, telegram: Telegram) -> None:
    """The admin gets a new document with everything in it, pinned, and its ids; the next saves edit that one."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    before = len(admin.answers)
    old = (admin.pinned or {})["message_id"]
    admin.send("admin")
    chat, message = await two_ids(admin, before)
    assert chat == ADMIN
    assert message == (admin.pinned or {})["message_id"] != old
    assert users(telegram) == {1001: ("Анна", 1)}
    assert f"CONFIG_ID={message}\n" in bot.env_file.read_text(encoding="utf-8")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})
    assert (admin.pinned or {})["message_id"] == message


async def test_a_lost_env_file_does_not_lose_the_table(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """The token alone finds the backup: where it lies is kept at Telegram, too."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    assert await bot.stop() == 0
    elsewhere = new_bot()
    await elsewhere.start()
    assert "Ready: users 1, clicks 1" in await elsewhere.ready()
    assert await say(anna, "Клик") == "Кликов: 2 🏆"


async def test_without_an_env_file_the_log_tells_what_to_set(bot: Bot, telegram: Telegram) -> None:
    """No file is made; the two lines and the Heroku command are in the log."""
    bot.env_file.unlink()
    admin = await set_up(bot, telegram, LOG_FORMAT="text")
    _, message = await two_ids(admin)
    await bot.wait_line(f"heroku config:set ADMIN_ID={ADMIN} CONFIG_ID={message}$")
    assert f"ADMIN_ID={ADMIN}" in bot.lines
    assert f"CONFIG_ID={message}" in bot.lines
    assert not bot.env_file.exists()


async def test_an_env_file_keeps_what_else_stands_in_it(bot: Bot, telegram: Telegram) -> None:
    """Only the two lines change, and the file stays as private as it was."""
    bot.env_file.write_text("# ours\nADMIN_ID=\nLOG_LEVEL=INFO # quiet\nCONFIG_ID=\nOTHER='x y'\n", encoding="utf-8")
    bot.env_file.chmod(0o600)
    admin = await set_up(bot, telegram)
    _, message = await two_ids(admin)
    lines = bot.env_file.read_text(encoding="utf-8").splitlines()
    assert lines == [
        "# ours",
        f"ADMIN_ID={ADMIN}",
        "LOG_LEVEL=INFO # quiet",
        f"CONFIG_ID={message}",
        "OTHER='x y'",
    ]
    assert sys.platform == "win32" or stat.S_IMODE(bot.env_file.stat().st_mode) == 0o600


async def test_a_code_works_once(bot: Bot, telegram: Telegram) -> None:
    """Two people with the code: the first becomes the admin, the second is just somebody."""
    await bot.start()
    code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
    first, second = telegram.person(1, first_name="Первый"), telegram.person(2, first_name="Вторая")
    first.send(f"admin {code}")
    second.send(f"admin {code}")
    assert await second.answer() == "Вы не зарегистрированы"
    assert (await two_ids(first))[0] == 1
    assert second.pinned is None


async def test_a_document_that_cannot_be_written_is_told(bot: Bot, telegram: Telegram) -> None:
    """The admin reads why, and `admin {code}` works at the next try."""
    telegram.faults.add("sendDocument", "error", value=(400, "Bad Request: not enough rights"))
    await bot.start()
    code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
    admin = telegram.person(ADMIN, first_name="Админ")
    assert "не записана" in await say(admin, f"admin {code}")
    admin.send(f"admin {code}")
    assert (await two_ids(admin, 1))[0] == ADMIN


async def test_a_fresh_document_that_cannot_be_written_is_told(bot: Bot, telegram: Telegram) -> None:
    """The old document stays the backup."""
    admin = await set_up(bot, telegram)
    old = (admin.pinned or {})["message_id"]
    telegram.faults.add("sendDocument", "error", value=(400, "Bad Request: not enough rights"))
    assert "не записана" in await say(admin, "admin")
    await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    assert (admin.pinned or {})["message_id"] == old


async def test_admin_delivered_twice_writes_one_document(bot: Bot, telegram: Telegram) -> None:
    """A crash right after `admin`: Telegram delivers it again, and it is known to be done."""
    admin = await set_up(bot, telegram)
    before = len(admin.answers)
    admin.send("admin")
    _, message = await two_ids(admin, before)
    await restart(bot, kill=True)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    assert (admin.pinned or {})["message_id"] > message
    assert [call.method for call in uploads(telegram)].count("sendDocument") == 2 + 1  # the new owner's after the kill


async def test_a_clean_stop_leaves_no_admin_behind(bot: Bot, telegram: Telegram) -> None:
    """The last batch is confirmed at the end: nothing waits in the queue, no second document after the restart."""
    admin = await set_up(bot, telegram)
    admin.send("admin")
    await two_ids(admin, 2)
    assert await bot.stop() == 0
    assert telegram.queue_of() == []
    await bot.start()
    await bot.ready()
    await sign_up(telegram, 1001, "Анна")
    assert [call.method for call in uploads(telegram)].count("sendDocument") == 2


OLDEST = bare((1234, "eee", 1, 0), (7, "O'Neil", 5, 0), (8, "Жора", 3, 0), (8, "Жора", 2, 0), (9, None, 0, None))
IMPORTED = {7: ("O'Neil", 5), 8: ("Жора", 3), 9: ("", 0)}


async def test_the_oldest_backup_from_the_admin_is_imported(bot: Bot, telegram: Telegram) -> None:
    """A bare array: the test row goes, of duplicates the most clicks stay, a null name is empty, escapes are read."""
    admin = await adopt(bot, telegram, OLDEST)
    await bot.ready()
    await until_stored(telegram, IMPORTED)
    pinned = (admin.pinned or {})["message_id"]
    assert f"CONFIG_ID={pinned}\n" in bot.env_file.read_text(encoding="utf-8")
    assert await admin.answer(after=0) == f"config_id = {pinned}"
    oneil = telegram.person(7, first_name="O'Neil")
    assert await say(oneil, "Клик") == "Кликов: 6 🏆"
    assert await say(oneil, "Рейтинг") == "Всего: 3\n1: O'Neil - 6🏆\n2: Жора - 3🏆\n3: Без имени - 0🏆"


async def test_the_oldest_backup_of_the_bot_is_imported(bot: Bot, telegram: Telegram, server: Server) -> None:
    """The same document, sent by the bot itself long ago: escaped letters are read as letters."""
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.send("admin")
    message = await bot_sends(server, telegram, OLDEST)
    await bot.start(ADMIN_ID=str(ADMIN), CONFIG_ID=str(message))
    await bot.ready()
    await until_stored(telegram, IMPORTED)
    assert b'[8, "\\u0416\\u043e\\u0440\\u0430", 3, 0]' in OLDEST


async def test_a_pinned_old_backup_needs_no_config_id(bot: Bot, telegram: Telegram) -> None:
    """With ADMIN_ID alone the pinned document is taken."""
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.pin(admin.send_file("backup.json", OLDEST)["message_id"])
    await bot.start(ADMIN_ID=str(ADMIN))
    await bot.ready()
    await until_stored(telegram, IMPORTED)


async def test_counting_stops_where_numbers_end(bot: Bot, telegram: Telegram) -> None:
    """At 2^53 clicks nothing breaks and nothing is lost."""
    await adopt(bot, telegram, bare((7, "Первый", 2**53 - 1, 0)))
    first = telegram.person(7, first_name="Первый")
    assert await say(first, "Клик") == f"Кликов: {2**53} 🏆"
    assert await say(first, "Клик") == f"Кликов: {2**53} 🏆"
    await restart(bot)
    await until_stored(telegram, {7: ("Первый", 2**53)})


async def test_the_document_is_the_fixed_envelope(bot: Bot, telegram: Telegram) -> None:
    """Its fields are those that other programs were promised; its caption is one line with counts and checksum."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    document, pinned = stored(telegram), admin.pinned or {}
    assert list(document)[:8] == [
        "format",
        "version",
        "generation",
        "epoch",
        "owner",
        "saved_at",
        "applied_updates",
        "counts",
    ]
    assert list(document["counts"].items())[:2] == [("users", 1), ("clicks", 1)]
    assert document["tables"]["users"]["columns"][:4] == ["chatid", "name", "click", "state"]
    assert document["parts"] == []
    assert re.fullmatch(r"Игроков: 1, кликов: 1, .* · SHA-256 [0-9a-f]{64}", pinned["caption"])
    assert json.loads(telegram.document(pinned)) == document
    assert b"\n" in telegram.document(pinned)


async def bot_sends(server: Server, telegram: Telegram, content: bytes) -> int:
    """A document from the bot to the admin, as an earlier version sent it; its message id."""
    async with aiohttp.ClientSession() as session:
        api = Api(server.url, session, telegram)
        reply = await api("sendDocument", {"document": ("backup.json", content)}, chat_id=ADMIN)
    return int(reply.result["message_id"])
