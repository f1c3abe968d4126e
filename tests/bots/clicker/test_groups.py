"""Groups: each member counts for himself there, the rating is the group's, and Telegram's pace for groups is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.stories.harness import (
    PATIENCE,
    both_stores,
    kept,
    names_and_clicks,
    restart,
    say,
    set_up,
    sign_up,
    until_kept,
    with_limits,
)

if TYPE_CHECKING:
    from emulator.state.groups import Group
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

BUTTONS = [["Клик"], ["Рейтинг"]]
GROUPS = '{"type":"all_group_chats"}'
SUPERGROUP = -1_001_234_567_890


def people(telegram: Telegram, *names: str) -> list[Person]:
    """Members who have never written to the bot."""
    return [telegram.person(2001 + number, first_name=name) for number, name in enumerate(names)]


async def ask(group: Group, person: Person, text: str) -> Any:
    """A member writes; the message that answers."""
    group.send(person, text)
    await group.answer(timeout=PATIENCE)
    return group.messages[-1]


def scores(tables: dict[str, list[dict[str, Any]]]) -> dict[tuple[int, int], tuple[str, int]]:
    """Name and clicks by group and user id, as they are kept."""
    chats = {row["number"]: row["chatid"] for row in tables.get("chats", ())}
    return {(chats[row["chat"]], row["userid"]): (row["name"], row["click"]) for row in tables.get("members", ())}


@both_stores
async def test_each_member_counts_for_himself(bot: Bot, telegram: Telegram) -> None:
    """Nobody signs up; the answer is one to the tap; groups and the private chat are counted apart, and all is kept."""
    await set_up(bot, telegram)
    anna, boris = people(telegram, "Анна", "Борис")
    group, other = telegram.group(-5, "Чат", (anna, boris)), telegram.group(-6, "Другой", (anna,))
    assert (await ask(group, boris, "/start"))["text"] == "Приветствую Борис"
    assert group.keyboard == BUTTONS
    tap = group.send(anna, "Клик")
    assert await group.answer(timeout=PATIENCE) == "Кликов: 1 🏆"
    assert group.messages[-1]["reply_to_message"]["message_id"] == tap["message_id"]
    assert (await ask(other, anna, "Клик"))["text"] == "Кликов: 1 🏆"
    assert await say(anna, "/start") == "Приветствую Анна"
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    anna.rename("Аня")
    assert (await ask(group, boris, "Клик"))["text"] == "Кликов: 1 🏆"
    assert (await ask(group, anna, "Клик"))["text"] == "Кликов: 2 🏆"
    await restart(bot)
    assert (await ask(group, boris, "Рейтинг"))["text"] == "Всего: 2\n1: Аня - 2🏆\n2: Борис - 1🏆"
    assert (await ask(other, anna, "/rating"))["text"] == "Всего: 1\n1: Анна - 1🏆"
    assert await say(anna, "Рейтинг") == "Всего: 1\n1: Аня - 1🏆"
    expected = {(-5, 2001): ("Аня", 2), (-5, 2002): ("Борис", 1), (-6, 2001): ("Анна", 1)}
    await until_kept(bot, telegram, scores, expected)
    await until_kept(bot, telegram, names_and_clicks, {2001: ("Аня", 1)})


async def test_whoever_is_not_among_the_best_sees_his_own_place(bot: Bot, telegram: Telegram) -> None:
    """Fifteen lines and one more, ties by who was there first; other groups do not matter."""
    await set_up(bot, telegram)
    members = people(telegram, *(f"Игрок {number}" for number in range(18)))
    group, other = telegram.group(-5, "Чат", tuple(members)), telegram.group(-6, "Другой", tuple(members))
    for member in members:
        other.send(member, "Клик")
        group.send(member, "Клик")
    group.send(members[17], "Клик")
    await until_kept(bot, telegram, lambda tables: scores(tables).get((-5, 2018)), ("Игрок 17", 2))
    group.send(members[16], "Рейтинг")
    await group.wait(lambda: group.newest.startswith("Всего"), PATIENCE)  # numbers of taps may come before it
    lines = group.newest.split("\n")
    assert lines[:3] == ["Всего: 18", "1: Игрок 17 - 2🏆", "2: Игрок 0 - 1🏆"]
    assert lines[15:] == ["15: Игрок 13 - 1🏆", "18: Игрок 16 - 1🏆"]


@with_limits
async def test_a_lively_group_gets_its_numbers_in_one_message(bot: Bot, telegram: Telegram) -> None:
    """The first tap is answered at once; those who tap meanwhile have a line each in the next message. No 429."""
    await set_up(bot, telegram)
    members = people(telegram, "Анна", "Борис", "Вера")
    group = telegram.group(-5, "Чат", tuple(members))
    assert (await ask(group, members[0], "Клик"))["text"] == "Кликов: 1 🏆"
    for _ in range(10):
        for member in reversed(members):
            group.send(member, "Клик")
    await group.wait(lambda: group.newest == "Вера - 10🏆\nБорис - 10🏆\nАнна - 11🏆", PATIENCE)
    assert len(group.answers) <= 3  # on a slow machine the first of them may be answered alone
    group.send(members[1], "Клик")
    await group.wait(lambda: group.newest == "Кликов: 11 🏆", PATIENCE)
    assert [call.method for call in telegram.calls if call.status == 429 and call.params["chat_id"] == "-5"] == []
    assert {call.unknown for call in telegram.calls} == {()}


async def test_in_privacy_mode_buttons_and_commands_work(bot: Bot, telegram: Telegram) -> None:
    """Buttons come as answers to the bot's message; groups have the commands in their menu."""
    await set_up(bot, telegram)
    (anna,) = people(telegram, "Анна")
    group = telegram.group(-5, "Чат", (anna,))
    group.privacy = True
    await telegram.wait(lambda: (GROUPS, "uz") in telegram.bot().commands, PATIENCE)
    assert [command["command"] for command in telegram.bot().commands[GROUPS, ""]] == ["click", "rating"]
    await ask(group, anna, "/start@clicker_bot")
    group.tap(anna, "Клик")
    assert await group.answer(timeout=PATIENCE) == "Кликов: 1 🏆"
    assert (await ask(group, anna, "/click@Clicker_Bot"))["text"] == "Кликов: 2 🏆"
    group.tap(anna, "Рейтинг")
    assert await group.answer(timeout=PATIENCE) == "Всего: 1\n1: Анна - 2🏆"


@both_stores
async def test_what_is_not_said_to_the_bot_is_not_answered(bot: Bot, telegram: Telegram) -> None:
    """Talk, other bots' commands, posts that appear by themselves; who writes as a chat does not count."""
    await set_up(bot, telegram)
    (anna,) = people(telegram, "Анна")
    group = telegram.group(SUPERGROUP, "Чат", (anna,))
    channel = {"id": -1_009, "type": "channel", "title": "Канал"}
    for text in ("привет", "/start@other_bot", "/click@other_bot", "/help", "admin", "клик!", "/language"):
        group.send(anna, text)
    group.send_as_channel(channel, "Клик", automatic=True)
    group.post({"id": 7, "is_bot": True, "first_name": "Бот"}, {"text": "Клик"})
    group.post(anna.user, {"dice": {"emoji": "🎲", "value": 3}})
    for text in ("Клик", "/click"):
        group.send_anonymously(text)
        group.send_as_channel(channel, text)
    assert (await ask(group, anna, "Клик"))["text"] == "Кликов: 1 🏆"
    group.send_anonymously("Рейтинг")
    assert await group.answer(timeout=PATIENCE) == "Всего: 1\n1: Анна - 1🏆"
    assert len(group.answers) == 2
    await until_kept(bot, telegram, scores, {(SUPERGROUP, 2001): ("Анна", 1)})
    assert "Traceback" not in bot.output
    assert "ERROR" not in bot.output


@both_stores
async def test_scores_move_with_a_group_once(bot: Bot, telegram: Telegram) -> None:
    """The bot is killed when it has seen that a group is a supergroup now, and has not stored it; it sees it again."""
    await set_up(bot, telegram)
    anna, boris = people(telegram, "Анна", "Борис")
    group = telegram.group(-5, "Чат", (anna, boris))
    await ask(group, anna, "Клик")
    await ask(group, boris, "Клик")
    await until_kept(bot, telegram, lambda tables: (-5, 2002) in scores(tables), True)
    telegram.faults.add("editMessageMedia", "500", times=1000)
    group.send(anna, "Клик")  # its answer finds the group moved
    new = group.upgrade(SUPERGROUP, anna)
    new.send(boris, "Клик")
    await new.wait(lambda: "Кликов: 2 🏆" in new.answers or "Анна - 2🏆" in new.newest, PATIENCE)
    await bot.kill()
    telegram.faults.clear()
    await bot.start()
    await bot.ready()
    both = {(SUPERGROUP, 2001): ("Анна", 2), (SUPERGROUP, 2002): ("Борис", 2)}
    await until_kept(bot, telegram, scores, both)  # what has moved and what was tapped before may be handled at once
    new.send(anna, "Рейтинг")
    # On a server the chats are handled side by side: who has tapped twice first is seen in what is kept.
    members = sorted((await kept(bot, telegram))["members"], key=lambda row: (row["reached"], row["number"]))
    table = [f"{place}: {row['name']} - 2🏆" for place, row in enumerate(members, 1)]
    await new.wait(lambda: new.newest == "\n".join(["Всего: 2", *table]), PATIENCE)
    assert "Кликов: 1 🏆" not in new.answers
    await until_kept(bot, telegram, scores, both)


@both_stores
async def test_before_the_set_up_nothing_counts(bot: Bot, telegram: Telegram) -> None:
    """A tap or a command is told so, talk is not; afterwards taps count from nothing."""
    await bot.start()
    await bot.ready()
    (anna,) = people(telegram, "Анна")
    group = telegram.group(-5, "Чат", (anna,))
    group.upgrade(SUPERGROUP, anna)
    other = telegram.group(-6, "Другой", (anna,))
    for text in ("привет", "Клик"):
        other.send(anna, text)
    assert (await other.answer(timeout=PATIENCE)).startswith("Бот ещё настраивается")
    assert len(other.answers) == 1
    await set_up(bot, telegram)
    assert (await ask(other, anna, "Клик"))["text"] == "Кликов: 1 🏆"


async def test_a_group_that_throws_the_bot_out_disturbs_nobody(bot: Bot, telegram: Telegram) -> None:
    """What it still waits for is dropped; its scores stay for the day when the bot is back."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    group = telegram.group(-5, "Чат", (anna,))
    await ask(group, anna, "Клик")
    group.send(anna, "Клик")
    group.remove_bot(anna)
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    group.invite_bot(anna)
    assert (await ask(group, anna, "Клик"))["text"] == "Кликов: 3 🏆"
    assert "Traceback" not in bot.output
