"""The hazards of the first published version, Z1 to Z17: each is a case that this one survives.

Z3 (what cannot be read back), Z5 (any SQL error restores) and Z9 (no index) are laws of single pieces and of large
tables; they stand in `test_large` and `test_database` under their numbers.
"""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.stories.harness import (
    ADMIN,
    PATIENCE,
    TOKEN,
    hold,
    release,
    restart,
    say,
    set_up,
    sign_up,
    stored,
    until_stored,
    uploads,
    users,
    with_limits,
)

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot


async def test_z1_a_stranger_right_after_a_restart_cannot_replace_the_table(bot: Bot, telegram: Telegram) -> None:
    """`admin` from anybody else is just another text, also as the first update of a new process."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    assert await bot.stop() == 0
    document = (admin.pinned or {})["message_id"]
    eve = telegram.person(666, first_name="Ева")
    eve.send("admin")
    await bot.start()
    assert await eve.answer(timeout=PATIENCE) == "Вы не зарегистрированы"
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})
    assert (admin.pinned or {})["message_id"] == document
    assert eve.pinned is None


@pytest.mark.long
async def test_z2_a_damaged_copy_is_neither_served_nor_overwritten(bot: Bot, telegram: Telegram) -> None:
    """One changed digit is seen by the checksum; the generation before it takes over, and the damaged one stays."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    assert await bot.stop() == 0
    document = admin.pinned or {}
    damaged = telegram.document(document).replace(b'"clicks":1', b'"clicks":9').replace(b'"\xd0\x90', b'"\xd0\x91')
    telegram.replace_file(document["document"]["file_id"], damaged)
    answers = len(admin.answers)
    await bot.start()
    await bot.wait_line("Nothing is served .*checksum")
    assert "checksum" in await admin.answer(after=answers, timeout=PATIENCE)
    assert telegram.document(document) == damaged
    await bot.wait_line("Ready: users 1")
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    assert telegram.document(document) == damaged
    assert (admin.pinned or {})["message_id"] != document["message_id"]


@pytest.mark.parametrize("name", ["O'Neil", "a',999999,0)--"])
async def test_z4_names_are_data(bot: Bot, telegram: Telegram, name: str) -> None:
    """A quote registers, and an injected row does not: whoever signs up has no clicks."""
    await set_up(bot, telegram)
    person = await sign_up(telegram, 1001, name)
    assert await say(person, "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: (name, 1)})


async def test_z6_a_slow_upload_delays_no_tap(bot: Bot, telegram: Telegram) -> None:
    """While a document is being uploaded, taps are answered and sign-ups are too."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    under_way = hold(telegram, "editMessageMedia")
    await say(anna, "Клик")
    await under_way()
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    await sign_up(telegram, 1002, "Борис")
    assert users(telegram) == {1001: ("Анна", 0)}
    release(telegram)
    await until_stored(telegram, {1001: ("Анна", 2), 1002: ("Борис", 0)})


async def test_z6_a_slow_download_freezes_nothing(bot: Bot, telegram: Telegram) -> None:
    """While the table is being restored, SIGTERM ends the bot at once."""
    await set_up(bot, telegram)
    assert await bot.stop() == 0
    under_way = hold(telegram, "download")
    await bot.start()
    await under_way()
    assert await bot.stop() == 0
    assert stored(telegram)["owner"] is None


async def test_z7_first_messages_after_a_restart_restore_once(bot: Bot, telegram: Telegram) -> None:
    """However many wait, there is one restore, and all of them are answered."""
    await set_up(bot, telegram)
    people = [await sign_up(telegram, 1000 + number, f"Игрок {number}") for number in range(5)]
    assert await bot.stop() == 0
    for person in people:
        person.send("Клик")
    before = telegram.count("forwardMessage")
    await bot.start()
    for person in people:
        assert await person.answer(timeout=PATIENCE) == "Кликов: 1 🏆"
    assert telegram.count("forwardMessage") == before + 1


async def test_z8_saves_never_overlap(bot: Bot, telegram: Telegram) -> None:
    """While one upload is under way no other begins, whoever asks for it; generations land in their order."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    under_way, begun, answers = hold(telegram, "editMessageMedia"), len(uploads(telegram)), len(admin.answers)
    await say(anna, "Клик")
    await under_way()
    admin.send("admin")
    for _ in range(3):
        await say(anna, "Клик")
    assert len(uploads(telegram)) == begun + 1
    release(telegram)
    await admin.wait(lambda: len(admin.answers) == answers + 2, PATIENCE)
    await until_stored(telegram, {1001: ("Анна", 4)})
    generations = [int(re.findall(r"поколение (\d+)", str(call.params))[0]) for call in uploads(telegram)]
    assert generations == sorted(set(generations))


async def test_z8_a_save_that_met_429_comes_later(bot: Bot, telegram: Telegram) -> None:
    """The bot waits as long as it was told, and what it had to store is stored."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    telegram.faults.add("editMessageMedia", "429", value=2)
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    edits = [call for call in telegram.calls if call.method == "editMessageMedia"]
    assert edits[-2].status == 429
    assert edits[-1].at - edits[-2].at >= 2


async def test_z10_the_reported_id_is_the_real_one(bot: Bot, telegram: Telegram) -> None:
    """Messages that come in between make no difference: config_id is what sendDocument has answered."""
    await bot.start()
    code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
    admin, anna = telegram.person(ADMIN, first_name="Админ"), telegram.person(1001, first_name="Анна")
    under_way = hold(telegram, "pinChatMessage")
    admin.send(f"admin {code}")
    await under_way()
    anna.send("/start")
    release(telegram)
    await admin.wait(lambda: len(admin.answers) == 2, PATIENCE)
    assert admin.answers[1] == f"config_id = {(admin.pinned or {})['message_id']}"


async def test_z11_a_deleted_document_is_written_anew(bot: Bot, telegram: Telegram) -> None:
    """The next save sends a new one, pins it, remembers its id and tells the admin."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    answers = len(admin.answers)
    admin.delete((admin.pinned or {})["message_id"])
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    message = (admin.pinned or {})["message_id"]
    assert await admin.answer(after=answers) == f"config_id = {message}"
    assert f"CONFIG_ID={message}\n" in bot.env_file.read_text(encoding="utf-8")


async def test_z11_an_admin_who_blocked_the_bot_stops_no_backup_for_ever(bot: Bot, telegram: Telegram) -> None:
    """Saves go on being tried and the log says why they fail; play goes on, and after unblocking all is stored."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    admin.block()
    await say(anna, "Клик")
    await bot.wait_line("The save failed .*unblock")
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    assert len(telegram.queue_of()) >= 2
    admin.unblock()
    await until_stored(telegram, {1001: ("Анна", 2)})


async def test_z12_what_was_sent_during_downtime_counts(bot: Bot, telegram: Telegram) -> None:
    """Nothing is skipped at the start."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await bot.stop() == 0
    for _ in range(3):
        anna.send("Клик")
    telegram.person(1002, first_name="Борис").send("/start")
    await bot.start()
    await until_stored(telegram, {1001: ("Анна", 3), 1002: ("Борис", 0)})


@pytest.mark.long
async def test_z12_a_nights_backlog_is_counted_and_answered_by_sums(bot: Bot, telegram: Telegram) -> None:
    """Three thousand taps wait: each counts once, and a player gets a number or two, not sixty."""
    await set_up(bot, telegram)
    people = [await sign_up(telegram, 1000 + number, f"Игрок {number}") for number in range(50)]
    assert await bot.stop() == 0
    telegram.clock.advance(-3600)
    for _ in range(60):
        for person in people:
            person.send("Клик")
    telegram.clock.advance(3600)
    await bot.start()
    for person in people:
        await person.wait(lambda: person.newest == "Кликов: 60 🏆", PATIENCE)  # noqa: B023 - waited for here
    await until_stored(telegram, {1000 + number: (f"Игрок {number}", 60) for number in range(50)})
    assert max(len(person.answers) for person in people) <= 1 + 3
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)


async def test_an_update_that_cannot_be_read_holds_up_nobody(bot: Bot, telegram: Telegram) -> None:
    """It is dropped and logged, as it would come again and again; taps around it count."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await bot.stop() == 0
    anna.send("Клик")
    telegram.bot().notify("message", {"message_id": "one", "date": "now"})
    anna.send("Клик")
    await bot.start()
    await bot.wait_line("Update [0-9]+ cannot be read and is dropped")
    await until_stored(telegram, {1001: ("Анна", 2)})
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_z12_a_signal_saves_and_ends_in_good_order(bot: Bot, telegram: Telegram, number: int) -> None:
    """Taps whose save is not due for a day are stored at the stop; the status is 0 and no thread holds it up."""
    await set_up(bot, telegram, BACKUP_INTERVAL="86400", DURABILITY="interval")
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    assert users(telegram) == {}
    bot.signal(number)
    assert await bot.wait() == 0
    assert users(telegram) == {1001: ("Анна", 1)}
    assert stored(telegram)["owner"] is None
    assert telegram.queue_of() == []


async def test_z13_an_idle_bot_sends_nothing_but_the_long_poll(bot: Bot, telegram: Telegram) -> None:
    """Nothing changed: nothing is uploaded, however many intervals pass."""
    await set_up(bot, telegram, HISTORY="0h 0d")  # whose copies come after the save
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    await telegram.wait(lambda: telegram.queue_of() == [] and telegram.bot().poller.waiting, PATIENCE)
    await say(anna, "Рейтинг")
    await telegram.wait(lambda: telegram.queue_of() == [] and telegram.bot().poller.waiting, PATIENCE)
    before, polls = telegram.count(), telegram.count("getUpdates")
    for _ in range(5):
        poll = telegram.count("getUpdates")
        telegram.clock.advance(30)
        await telegram.wait(lambda: telegram.count("getUpdates") > poll, PATIENCE)  # noqa: B023
    assert telegram.count("getUpdates") - polls == 5
    assert [call.method for call in list(telegram.calls)[before:]] == ["getUpdates"] * 5
    assert telegram.calls[-1].params["timeout"] == "20"


@pytest.mark.long
async def test_z14_the_table_holds_real_players_by_their_present_names(bot: Bot, telegram: Telegram) -> None:
    """No invented row, no group, and no forwarded copies in the admin's chat."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    friends = telegram.group(-5, "Друзья", (anna,))
    for text in ("/start", "Клик", "admin"):
        friends.send(anna, text)
    anna.rename("Аня")
    await say(anna, "/start")
    await restart(bot)
    await restart(bot)
    assert await say(anna, "Рейтинг") == "Всего: 1\n1: Аня - 0🏆"
    await until_stored(telegram, {1001: ("Аня", 0)})
    assert friends.answers == ["Приветствую Анна", "Кликов: 1 🏆"]
    assert [message for message in admin.messages if "forward_origin" in message] == []


async def test_z15_the_token_is_in_no_output(bot: Bot, telegram: Telegram) -> None:
    """Not at DEBUG either, and not in what is said about calls and downloads that fail."""
    await set_up(bot, telegram, LOG_LEVEL="DEBUG")
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    shown = bot.output
    assert await bot.stop() == 0
    for method, kind in (("getMe", "reset_before"), ("getMe", "502"), ("getFile", "500"), ("download", "reset_before")):
        telegram.faults.add(method, kind)  # type: ignore[arg-type]
    telegram.faults.add("download", "error", value=(404, "Not Found"))
    telegram.faults.add("sendMessage", "502")
    await bot.start(LOG_LEVEL="DEBUG")
    await bot.ready()
    await say(anna, "Клик")
    await bot.stop()
    assert len(telegram.faults.active) == 0
    for secret in (TOKEN, quote(TOKEN, safe="")):
        assert secret not in shown + bot.output
    assert "getMe failed" in bot.output


@pytest.mark.long
async def test_z16_of_two_processes_one_goes_on(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """The later one takes the backup over, the earlier one ends with status 3, and every tap counts once."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    second = new_bot(bot.env_file)
    await second.start()
    for _ in range(10):  # the answer may go with the process that has counted
        anna.send("Клик")
        await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)
    await second.wait_line("Ready: ")
    anna.send("Клик")
    assert await bot.wait() == 3
    assert bot.lines[-1].startswith("Another process has taken over")
    await until_stored(telegram, {1001: ("Анна", 12)})
    assert await second.stop() == 0


@pytest.mark.long
@with_limits
async def test_z17_a_flooding_player_holds_up_nobody(bot: Bot, telegram: Telegram) -> None:
    """A hundred taps at once are all counted, answered by few messages within Telegram's limits; others play on."""
    await set_up(bot, telegram, BACKUP_INTERVAL="30")
    anna = await sign_up(telegram, 1001, "Анна")
    boris = await sign_up(telegram, 1002, "Борис")
    for _ in range(100):
        anna.send("Клик")
    boris.send("Клик")
    await boris.wait(lambda: boris.newest == "Кликов: 1 🏆", PATIENCE)
    await anna.wait(lambda: anna.newest == "Кликов: 100 🏆", PATIENCE)
    assert len(anna.answers) < 20
    numbers = [int(re.findall(r"\d+", answer)[0]) for answer in anna.answers[1:]]
    assert numbers == sorted(numbers)
    assert [call for call in telegram.calls if call.method == "sendMessage" and call.status == 429] == []
    await until_stored(telegram, {1001: ("Анна", 100), 1002: ("Борис", 1)})


async def test_z17_a_player_who_blocked_the_bot_disturbs_nobody(bot: Bot, telegram: Telegram) -> None:
    """The tap counts, the answer is dropped after one refusal, and after unblocking all is as before."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    anna.send("Клик")
    anna.block()
    await until_stored(telegram, {1001: ("Анна", 1)})
    anna.unblock()
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    assert "Traceback" not in bot.output
