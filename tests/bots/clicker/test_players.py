"""What players see: each row of the clicker's table is a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import (
    ADMIN,
    PATIENCE,
    both_stores,
    names_and_clicks,
    restart,
    say,
    set_up,
    sign_up,
    stored,
    until_kept,
    until_stored,
    users,
)

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

BUTTONS = [["Клик"], ["Рейтинг"]]
NAMES = {
    "O'Neil": "O'Neil",
    "a',999999,0)--": "a',999999,0)--",
    "Robert'); DROP TABLE users;--": "Robert'); DROP TABLE users;--",
    "two\nlines\r\n\u2028here": "two lines here",
    "\u202eevil\u2066": "evil",
    "👩‍👩‍👧 Семья": "👩‍👩‍👧 Семья",
    "*_`[<b>&lt;": "*_`[<b>&lt;",
    "\n\u200f": "Без имени",
    "\u3164": "Без имени",
    "\u2800\u200b\u034f": "Без имени",
    "\u3164Аня": "\u3164Аня",
    "а" + "\u0301\u0302\u0303\u0304\u0305" * 9: "а\u0301\u0302\u0303",
    "Ж" * 64: "Ж" * 64,
}


async def test_a_new_player_is_greeted_with_two_buttons(bot: Bot, telegram: Telegram) -> None:
    """/start registers with no clicks and shows two rows of one button, resized, that stay."""
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    assert await say(anna, "/start") == "Приветствую Анна"
    assert anna.keyboard == BUTTONS
    keyboard = anna.chat.keyboard or {}
    assert keyboard["resize_keyboard"]
    assert not keyboard.get("one_time_keyboard")
    await until_stored(telegram, {1001: ("Анна", 0)})


async def test_a_known_player_is_greeted_by_the_new_name(bot: Bot, telegram: Telegram) -> None:
    """/start again refreshes the name; the clicks stay."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    anna.rename("Аня")
    assert await say(anna, "/start") == "Приветствую Аня"
    assert anna.keyboard == BUTTONS
    await until_stored(telegram, {1001: ("Аня", 1)})


@both_stores
async def test_a_new_name_shows_with_the_next_tap_or_look(bot: Bot, telegram: Telegram) -> None:
    """Nobody has to write /start for it; others see it as well, and it is stored."""
    await set_up(bot, telegram)
    anna, boris = await sign_up(telegram, 1001, "Анна"), await sign_up(telegram, 1002, "Борис")
    anna.rename("Аня")
    await say(anna, "Клик")
    assert await say(boris, "Рейтинг") == "Всего: 2\n1: Аня - 1🏆\n2: Борис - 0🏆"
    boris.rename("Боря")
    assert await say(boris, "Рейтинг") == "Всего: 2\n1: Аня - 1🏆\n2: Боря - 0🏆"
    anna.rename("Нюра")
    anna.send("Рейтинг")  # a tap behind another message takes the slower way
    anna.send("Клик")
    await anna.wait(lambda: anna.newest == "Кликов: 2 🏆", PATIENCE)
    await restart(bot, kill=True)
    await until_kept(bot, telegram, names_and_clicks, {1001: ("Нюра", 2), 1002: ("Боря", 0)})


async def test_a_tap_counts_and_survives(bot: Bot, telegram: Telegram) -> None:
    """A click is answered with the number, stored, and there after a restart."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    anna.tap("Клик")
    assert await anna.answer() == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: ("Анна", 1)})
    await restart(bot)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    assert await bot.stop() == 0
    assert stored(telegram)["owner"] is None


@both_stores
async def test_the_rating_is_exact(bot: Bot, telegram: Telegram) -> None:
    """Clicks descending, of equals who got there first; the number of all players on top."""
    await set_up(bot, telegram)
    anna, boris, vera = [await sign_up(telegram, 1000 + n, name) for n, name in enumerate(("Анна", "Борис", "Вера"))]
    for person in (vera, boris, boris, vera):  # both have two; Борис was first
        await say(person, "Клик")
    anna.tap("Рейтинг")
    assert await anna.answer() == "Всего: 3\n1: Борис - 2🏆\n2: Вера - 2🏆\n3: Анна - 0🏆"
    await say(anna, "Клик")
    await restart(bot)
    assert await say(anna, "Рейтинг") == "Всего: 3\n1: Борис - 2🏆\n2: Вера - 2🏆\n3: Анна - 1🏆"


async def test_the_rating_shows_fifteen_places(bot: Bot, telegram: Telegram) -> None:
    """Everybody is counted, fifteen are shown."""
    await set_up(bot, telegram)
    people = [telegram.person(1000 + number, first_name=f"Игрок {number}") for number in range(16)]
    for person in people:
        await say(person, "/start")
    await say(people[15], "Клик")
    lines = (await say(people[0], "Рейтинг")).split("\n")
    assert lines[:3] == ["Всего: 16", "1: Игрок 15 - 1🏆", "2: Игрок 0 - 0🏆"]
    assert lines[-1] == "15: Игрок 13 - 0🏆"
    assert len(lines) == 16


@both_stores
async def test_the_rating_ends_with_the_players_own_place(bot: Bot, telegram: Telegram) -> None:
    """Who is not among the fifteen has one line more, in the same form, also after a restart."""
    await set_up(bot, telegram)
    people = [telegram.person(1000 + number, first_name=f"Игрок {number}") for number in range(18)]
    for person in people:
        await say(person, "/start")
    await say(people[17], "Клик")
    lines = (await say(people[16], "Рейтинг")).split("\n")
    assert lines[15:] == ["15: Игрок 13 - 0🏆", "18: Игрок 16 - 0🏆"]
    await say(people[16], "Клик")
    await restart(bot)
    for person, last in ((people[16], "15: Игрок 12 - 0🏆"), (people[14], "17: Игрок 14 - 0🏆")):
        assert (await say(person, "Рейтинг")).split("\n")[-1] == last


@pytest.mark.parametrize("text", ["Клик", "Рейтинг", "привет", "/help", "admin", "admin 0123456789"])
async def test_a_stranger_can_register_in_one_tap(bot: Bot, telegram: Telegram, text: str) -> None:
    """Any text of somebody unknown is answered with the way to register."""
    await set_up(bot, telegram)
    eve = telegram.person(666, first_name="Ева")
    assert await say(eve, text) == "Вы не зарегистрированы"
    eve.tap("/start")
    assert await eve.answer() == "Приветствую Ева"
    await until_stored(telegram, {666: ("Ева", 0)})


async def test_any_other_text_gets_a_hint(bot: Bot, telegram: Telegram) -> None:
    """A registered player is shown the keyboard again; case and spaces matter to no one but the exact words count."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    hint = await say(anna, "как дела?")
    assert "«Клик»" in hint
    assert "\n" not in hint
    assert anna.keyboard == BUTTONS
    assert await say(anna, "admin") == hint
    assert await say(anna, "клик!") == hint
    assert users(telegram)[1001] == ("Анна", 0)


@both_stores
async def test_nothing_that_people_send_breaks_it(bot: Bot, telegram: Telegram) -> None:
    """Photos, files, dice, edits, pins, blocks, groups: never a crash, and taps around them count."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    telegram.group(-5, "Друзья", (anna,)).send(anna, "Клик")
    message = anna.send("Клик")
    anna.edit(message["message_id"], "Клик")
    anna.pin(message["message_id"])
    anna.photo(b"\x89PNG\r\n\x1a\n", caption="Клик")
    anna.send_file("Клик.txt", b"text")
    anna.send_content(dice={"emoji": "🎲", "value": 3})
    anna.send_content(contact={"phone_number": "1", "first_name": "Клик"})
    anna.block()
    anna.unblock()
    anna.send("Клик")
    await anna.wait(lambda: anna.newest == "Кликов: 2 🏆", PATIENCE)
    await until_kept(bot, telegram, names_and_clicks, {1001: ("Анна", 2)})
    assert "Traceback" not in bot.output
    assert "ERROR" not in bot.output


@both_stores
async def test_a_name_may_contain_anything(bot: Bot, telegram: Telegram) -> None:
    """It is kept as it is, and shown on one line that it cannot turn or break."""
    await set_up(bot, telegram)
    for number, (name, shown) in enumerate(NAMES.items(), 1001):
        person = await sign_up(telegram, number, name)
        assert person.newest == f"Приветствую {shown}"
        await say(person, "Клик")
    places = [f"{place}: {shown} - 1🏆" for place, shown in enumerate(NAMES.values(), 1)]
    rating = "\n".join([f"Всего: {len(NAMES)}", *places])
    assert await say(telegram.person(1001), "Рейтинг") == rating
    await restart(bot)
    assert await say(telegram.person(1001), "Рейтинг") == rating
    kept_now = {number: (name, 1) for number, name in enumerate(NAMES, 1001)}
    await until_kept(bot, telegram, names_and_clicks, kept_now)


@both_stores
async def test_the_largest_id_plays(bot: Bot, telegram: Telegram) -> None:
    """Ids have up to 52 bits (Bot API, Chat.id)."""
    await set_up(bot, telegram)
    giant = await sign_up(telegram, 2**52 - 1, "Большой")
    assert await say(giant, "Клик") == "Кликов: 1 🏆"
    await restart(bot)
    assert await say(giant, "Клик") == "Кликов: 2 🏆"
    await until_kept(bot, telegram, names_and_clicks, {2**52 - 1: ("Большой", 2)})


@both_stores
async def test_answers_keep_their_order(bot: Bot, telegram: Telegram) -> None:
    """What one player asked first is answered first, also when Telegram asks to wait in between."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    telegram.faults.add("sendMessage", "429", value=1)
    for text in ("Клик", "Рейтинг", "привет", "/start"):
        anna.send(text)
    await anna.wait(lambda: len(anna.answers) >= 5, PATIENCE)
    assert [answer[:5] for answer in anna.answers[1:]] == ["Клико", "Всего", "Нажми", "Приве"]


async def test_what_the_admin_plays_counts_too(bot: Bot, telegram: Telegram) -> None:
    """The backup chat is also a player's chat."""
    admin = await set_up(bot, telegram)
    assert await say(admin, "/start") == "Приветствую Админ"
    assert await say(admin, "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {ADMIN: ("Админ", 1)})


async def test_every_parameter_the_bot_sends_is_known(bot: Bot, telegram: Telegram) -> None:
    """Texts go out without a parse mode, and nothing goes out that Telegram would ignore."""
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "<b>Анна</b>")
    await restart(bot)
    assert [call.params for call in telegram.calls if "parse_mode" in call.params] == []
    assert {call.unknown for call in telegram.calls} == {()}
    assert not stored(telegram)["applied_updates"] or await bot.stop() == 0


async def test_a_refused_answer_disturbs_nobody(bot: Bot, telegram: Telegram) -> None:
    """Telegram does not take one answer: it is dropped and logged, the next one goes out."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    telegram.faults.add("sendMessage", "error", value=(400, "Bad Request: message is too long"))
    anna.send("Клик")
    await bot.wait_line("Chat 1001 refused an answer: .*message is too long")
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
