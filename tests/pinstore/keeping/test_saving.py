"""Saves that fail: what is stored stays whole, what is not stored is not confirmed, and nothing is uploaded twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import (
    ADMIN,
    PATIENCE,
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
)

if TYPE_CHECKING:
    from emulator.state.faults import Kind
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot


async def playing(bot: Bot, telegram: Telegram, **env: str) -> Person:
    """Anna, who has signed up and is stored."""
    await set_up(bot, telegram, **env)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    return anna


REFUSALS = {
    "can't be edited": (400, "Bad Request: message can't be edited"),
    "gone": (400, "Bad Request: message to edit not found"),
    "id": (400, "Bad Request: MESSAGE_ID_INVALID"),
    "small letters": (400, "Bad Request: message_id_invalid"),
    "another's": (400, "Bad Request: MESSAGE_AUTHOR_REQUIRED"),
    "another's, forbidden": (403, "Forbidden: MESSAGE_AUTHOR_REQUIRED"),
    "unheard of": (400, "Bad Request: DOCUMENT_NOT_TO_OUR_TASTE"),
    "too old": (400, "Bad Request: MESSAGE_EDIT_TIME_EXPIRED"),
}


@pytest.mark.long
@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_document_that_cannot_be_edited_is_written_anew(bot: Bot, telegram: Telegram, refusal: str) -> None:
    """A new message holds it, is pinned, remembered and told; later saves edit that one."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    answers, old = len(admin.answers), (admin.pinned or {})["message_id"]
    telegram.faults.add("editMessageMedia", "error", value=REFUSALS[refusal])
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    message = (admin.pinned or {})["message_id"]
    assert message != old
    assert await admin.answer(after=answers, timeout=PATIENCE) == f"config_id = {message}"
    assert f"CONFIG_ID={message}\n" in bot.env_file.read_text(encoding="utf-8")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})
    assert (admin.pinned or {})["message_id"] == message


@pytest.mark.parametrize("refusal", ["id", "another's, forbidden", "unheard of"])
async def test_a_document_that_a_start_cannot_edit_is_written_anew(bot: Bot, telegram: Telegram, refusal: str) -> None:
    """Nor can it be forwarded: what getChat shows is downloaded as it is."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    old = (admin.pinned or {})["message_id"]
    assert await bot.stop() == 0
    methods = ("editMessageCaption", "editMessageMedia")
    for method in methods if refusal == "unheard of" else ("forwardMessage", *methods):
        telegram.faults.add(method, "error", value=REFUSALS[refusal])
    await bot.start()
    await bot.ready()
    assert (admin.pinned or {})["message_id"] != old
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: ("Анна", 1)})


HOUR = 3600


@pytest.mark.parametrize("method", ["editMessageMedia", "getChat", "getMyCommands"])
async def test_a_save_that_has_to_wait_long_is_told_at_once(bot: Bot, telegram: Telegram, method: str) -> None:
    """Whichever of its calls it is that Telegram wants to have in an hour; Telegram keeps the tap."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    telegram.faults.add(method, "429", value=HOUR)
    await say(anna, "Клик")
    await admin.wait(lambda: admin.newest.startswith("Сохранение не удаётся"), PATIENCE)
    assert str(HOUR) in admin.newest
    assert [update["message"]["text"] for update in telegram.queue_of()][-1:] == ["Клик"]


async def test_the_admin_hears_of_a_long_wait_as_soon_as_he_can(bot: Bot, telegram: Telegram) -> None:
    """His chat takes no messages either, for a second."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    telegram.faults.add("sendMessage", "429", value=1, after=1)  # the tap is answered before
    telegram.faults.add("editMessageMedia", "429", value=HOUR)
    await say(anna, "Клик")
    await admin.wait(lambda: admin.newest.startswith("Сохранение не удаётся"), PATIENCE)


async def test_a_document_written_anew_that_cannot_be_pinned_for_long_is_told(bot: Bot, telegram: Telegram) -> None:
    """The wait is not hidden among the attempts at one call."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    admin.delete((admin.pinned or {})["message_id"])
    telegram.faults.add("pinChatMessage", "429", value=HOUR)
    await say(anna, "Клик")
    await bot.wait_line("The save failed .attempt 1.*Retry in 3600")
    await admin.wait(lambda: admin.newest.startswith("Сохранение не удаётся"), PATIENCE)


async def test_a_history_that_has_to_wait_long_holds_nothing_up(bot: Bot, telegram: Telegram) -> None:
    """Nor is it asked for again before Telegram wants to be."""
    await set_up(bot, telegram)
    telegram.faults.add("sendDocument", "429", times=None, value=HOUR)
    anna = await sign_up(telegram, 1001, "Анна")
    await bot.wait_line("The history could not be written")
    for number in range(1, 4):
        assert await say(anna, "Клик") == f"Кликов: {number} 🏆"
        await until_stored(telegram, {1001: ("Анна", number)})
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)
    assert bot.output.count("The history could not be written") == 1


@pytest.mark.parametrize("method", ["forwardMessage", "editMessageCaption", "getMyCommands"])
async def test_a_start_that_has_to_wait_long_is_told(bot: Bot, telegram: Telegram, method: str) -> None:
    """Nothing is served meanwhile, and the admin knows why."""
    await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    assert await bot.stop() == 0
    telegram.faults.add(method, "429", value=HOUR, after=method == "getMyCommands")
    await bot.start()
    await admin.wait(lambda: admin.newest.startswith("Таблица не восстановлена"), PATIENCE)
    assert str(HOUR) in admin.newest


@pytest.mark.parametrize("kind", ["reset_after", "timeout_after"])
async def test_a_lost_answer_to_an_upload_is_recognised(bot: Bot, telegram: Telegram, kind: Kind) -> None:
    """The edit took effect and its answer did not come: reading back shows it, and it is not uploaded again."""
    anna = await playing(bot, telegram)
    before = len(uploads(telegram))
    telegram.faults.add("editMessageMedia", kind)
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)
    assert len(uploads(telegram)) == before + 1
    assert "The save failed" not in bot.output


@pytest.mark.parametrize("kind", ["reset_before", "500", "502"])
async def test_an_upload_that_failed_is_done_again(bot: Bot, telegram: Telegram, kind: Kind) -> None:
    """Until then the update is not confirmed, so a crash in between would lose nothing."""
    anna = await playing(bot, telegram)
    fault = telegram.faults.add("editMessageMedia", kind, times=None)
    await say(anna, "Клик")
    await bot.wait_line("The save failed .attempt 2")
    assert len(telegram.queue_of()) == 1
    telegram.faults.remove(fault)
    await until_stored(telegram, {1001: ("Анна", 1)})
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)


async def test_failing_saves_are_told_once_and_so_is_their_end(bot: Bot, telegram: Telegram) -> None:
    """The admin reads that saves fail, and later that they work again; one failure alone is no news."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    answers = len(admin.answers)
    telegram.faults.add("editMessageMedia", "500", times=4)
    await say(anna, "Клик")
    await admin.wait(lambda: len(admin.answers) == answers + 2, PATIENCE)
    assert admin.answers[-2].startswith("Сохранение не удаётся")
    assert admin.newest == "Сохранение снова работает."
    telegram.faults.add("editMessageMedia", "500")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})
    assert len(admin.answers) == answers + 2


async def test_a_pin_that_fails_is_made_up_for(bot: Bot, telegram: Telegram) -> None:
    """The new document is there and its pin is not: the next attempt pins it and writes no third one."""
    anna = await playing(bot, telegram)
    admin = telegram.person(ADMIN)
    admin.delete((admin.pinned or {})["message_id"])
    telegram.faults.add("pinChatMessage", "error", value=(400, "Bad Request: not enough rights"))
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    assert [call.method for call in uploads(telegram)].count("sendDocument") == 2
    await restart(bot)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"


async def test_a_crash_while_an_upload_is_under_way_loses_nothing(bot: Bot, telegram: Telegram) -> None:
    """SIGKILL between request and answer, the upload not applied: Telegram sends the taps again."""
    anna = await playing(bot, telegram)
    telegram.faults.add("editMessageMedia", "no_answer")
    before = len(uploads(telegram))
    await say(anna, "Клик")
    await telegram.wait(lambda: len(uploads(telegram)) > before, PATIENCE)
    await say(anna, "Клик")
    await restart(bot, kill=True)
    anna.send("Клик")
    await until_stored(telegram, {1001: ("Анна", 3)})
    await anna.wait(lambda: anna.newest == "Кликов: 3 🏆", PATIENCE)


async def test_a_crash_after_an_upload_counts_nothing_twice(bot: Bot, telegram: Telegram) -> None:
    """SIGKILL when the upload has been applied and nothing of it confirmed: what comes again is recognised."""
    anna = await playing(bot, telegram)
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
    telegram.faults.add("editMessageMedia", "timeout_after")
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    assert len(telegram.queue_of()) == 1
    await restart(bot, kill=True)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    await until_stored(telegram, {1001: ("Анна", 2)})


async def test_a_save_of_a_killed_process_that_lands_late_is_adopted(bot: Bot, telegram: Telegram) -> None:
    """The upload takes effect after the next process has claimed: nothing in it is lost or counted twice."""
    anna = await playing(bot, telegram)
    under_way = hold(telegram, "editMessageMedia")
    await say(anna, "Клик")
    await under_way()
    await bot.kill()
    await bot.start()
    await bot.wait_line("did not stop cleanly")
    release(telegram)
    await bot.ready()
    anna.send("Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})


async def test_an_edit_that_lands_after_its_time_out_ruins_nothing(bot: Bot, telegram: Telegram) -> None:
    """What is tapped after the time-out is stored in another message, so the late edit has nothing to write over."""
    anna = await playing(bot, telegram)
    before = telegram.person(ADMIN).pinned
    under_way = hold(telegram, "editMessageMedia")
    await say(anna, "Клик")
    await under_way()
    await telegram.wait(lambda: telegram.person(ADMIN).pinned != before, 2 * PATIENCE)
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)
    release(telegram)
    await restart(bot, kill=True)
    assert await say(anna, "Клик") == "Кликов: 3 🏆"


async def test_a_cut_network_in_play_loses_nothing(bot: Bot, telegram: Telegram) -> None:
    """What is tapped meanwhile waits at Telegram and counts when the network is back."""
    anna = await playing(bot, telegram)
    await say(anna, "Клик")
    telegram.cut = True
    anna.send("Клик")
    anna.send("Клик")
    await bot.wait_line("Failed to fetch updates|The save failed")
    telegram.cut = False
    await until_stored(telegram, {1001: ("Анна", 3)})


async def test_a_last_save_that_fails_is_told(bot: Bot, telegram: Telegram) -> None:
    """Status 1 and a line; Telegram keeps the tap, and the next start counts it."""
    anna = await playing(bot, telegram, BACKUP_INTERVAL="86400")
    telegram.faults.add("editMessageMedia", "error", times=None, value=(403, "Forbidden: bot was blocked by the user"))
    await say(anna, "Клик")
    assert await bot.stop() == 1
    assert bot.lines[-1].startswith("The last save failed (")
    assert users(telegram) == {1001: ("Анна", 0)}
    telegram.faults.clear()
    await bot.start()
    await until_stored(telegram, {1001: ("Анна", 1)})


async def test_a_stop_while_a_save_is_under_way_waits_for_it(bot: Bot, telegram: Telegram) -> None:
    """The last save comes after it and gives the ownership up."""
    anna = await playing(bot, telegram)
    under_way = hold(telegram, "editMessageMedia")
    await say(anna, "Клик")
    await under_way()
    bot.signal(15)
    anna.send("Клик")
    release(telegram)
    assert await bot.wait() == 0
    assert stored(telegram)["owner"] is None
    assert users(telegram)[1001][1] + len(telegram.queue_of()) == 2


async def test_durability_interval_confirms_before_it_stores(bot: Bot, telegram: Telegram) -> None:
    """The choice of those who want few requests: taps are confirmed at once, stored at the interval."""
    await set_up(bot, telegram, DURABILITY="interval", BACKUP_INTERVAL="86400")
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    await telegram.wait(lambda: telegram.queue_of() == [], PATIENCE)
    assert users(telegram) == {}
    assert await bot.stop() == 0
    assert users(telegram) == {1001: ("Анна", 1)}
