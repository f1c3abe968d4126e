"""Answers go to the topic of what they answer, in groups and in private chats, and no topic hides those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runtime.outbox.answer import Answer
from runtime.outbox.line import KINDS, new_line
from tests.stories.harness import PATIENCE, set_up, sign_up, with_limits

if TYPE_CHECKING:
    from emulator.state.groups import Group
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from emulator.state.view import View
    from tests.stories.harness import Bot

FORUM = -1_001_234_567_890


def within(topic: int | None, text: str) -> dict[str, Any]:
    """A text in a topic, or outside of all."""
    return {"text": text, **({"message_thread_id": topic, "is_topic_message": True} if topic else {})}


def answers(view: View) -> dict[int | None, list[str]]:
    """What the bot has written, by topic."""
    found: dict[int | None, list[str]] = {}
    for message in view.messages:
        if message["from"]["is_bot"] and "text" in message:
            found.setdefault(message.get("message_thread_id"), []).append(message["text"])
    return found


async def until(view: View, expected: dict[int | None, str]) -> None:
    """Wait until the newest text of each topic is as expected."""

    def newest() -> dict[int | None, str]:
        return {topic: texts[-1] for topic, texts in answers(view).items() if topic in expected}

    try:
        await view.wait(lambda: newest() == expected, PATIENCE)
    except TimeoutError:
        assert newest() == expected


def forum(telegram: Telegram, *members: Person) -> Group:
    """A supergroup with topics."""
    return telegram.group(FORUM, "Форум", members)


@pytest.mark.long
@with_limits
async def test_each_topic_of_a_group_gets_its_own_answers(bot: Bot, telegram: Telegram) -> None:
    """Whatever is asked within a second, at the pace that Telegram allows."""
    await set_up(bot, telegram)
    anna, boris = telegram.person(2001, first_name="Анна"), telegram.person(2002, first_name="Борис")
    group = forum(telegram, anna, boris)
    group.post(anna.user, within(77, "Клик"))
    await until(group, {77: "Кликов: 1 🏆"})
    for topic, person in ((77, anna), (88, boris), (None, anna)):
        group.post(person.user, within(topic, "Клик"))
    await until(group, {77: "Кликов: 2 🏆", 88: "Кликов: 1 🏆", None: "Кликов: 3 🏆"})
    for topic in (77, 88):
        group.post(anna.user, within(topic, "Рейтинг"))
        group.post(anna.user, within(topic, "/start"))
    rating = "Всего: 2\n1: Анна - 3🏆\n2: Борис - 1🏆"
    await until(group, dict.fromkeys((77, 88), "Приветствую Анна"))
    assert all(rating in answers(group)[topic] for topic in (77, 88))
    assert len(answers(group)[None]) == 1


async def test_a_discussion_is_no_topic(bot: Bot, telegram: Telegram) -> None:
    """A thread of answers has an id as well (Bot API, Message, message_thread_id)."""
    await set_up(bot, telegram)
    anna = telegram.person(2001, first_name="Анна")
    group = forum(telegram, anna)
    group.post(anna.user, {"text": "Клик", "message_thread_id": 77})
    await until(group, {None: "Кликов: 1 🏆"})


async def test_a_private_chat_has_topics_too(bot: Bot, telegram: Telegram) -> None:
    """Taps, whichever way they are counted, strangers, and whatever else is answered."""
    await set_up(bot, telegram)
    anna, eve = await sign_up(telegram, 1001, "Анна"), telegram.person(1002, first_name="Ева")
    for topic in (77, 88):
        eve.send_content(**within(topic, "Клик"))
        for text in ("Клик", "Рейтинг", "Клик"):
            anna.send_content(**within(topic, text))
    await until(eve, dict.fromkeys((77, 88), "Вы не зарегистрированы"))
    await anna.wait(lambda: {77, 88} <= answers(anna).keys(), PATIENCE)
    await anna.wait(lambda: all(len(answers(anna)[topic]) >= 2 for topic in (77, 88)), PATIENCE)
    await anna.wait(lambda: "Кликов: 4 🏆" in answers(anna)[88], PATIENCE)
    assert all("Всего: 1" in "".join(answers(anna)[topic]) for topic in (77, 88))
    assert answers(anna)[None] == ["Приветствую Анна"]


async def test_the_admin_is_answered_in_the_topic_of_his_command(bot: Bot, telegram: Telegram) -> None:
    """Also by work that goes on when its handler is through, and with files."""
    admin = await set_up(bot, telegram)
    known = len(answers(admin)[None])
    admin.send_content(**within(77, "/drill"))
    admin.send_content(**within(88, "/TOP@Clicker_Bot"))
    await until(admin, {88: "Игроков пока нет."})
    await admin.wait(lambda: answers(admin).get(77, [""])[-1].startswith("Копия скачана"), PATIENCE)
    for topic, command in ((77, "/stats"), (88, "/export json")):
        admin.send_content(**within(topic, command))
    for topic, kind in ((77, "photo"), (88, "document")):
        await admin.wait(
            lambda: any(kind in one and one.get("message_thread_id") == topic for one in admin.messages),  # noqa: B023
            PATIENCE,
        )
    assert len(answers(admin)[None]) == known


@pytest.mark.parametrize("topics", [3])
async def test_a_lively_topic_holds_up_no_other_and_is_never_merged_with_it(topics: int) -> None:
    """Each is full by itself, and whoever waits longest is next."""
    line = new_line(FORUM, is_shared=False)
    for number in range(KINDS + 2):
        for topic in range(topics):
            line.add(Answer(str(number), f"{topic}.{number}", thread=topic), number + topic / 10)
    assert len(line.waiting) == KINDS * topics
    assert all(part.startswith(f"{one.thread}.") for one in line.waiting.values() for part in one.text.split("\n\n"))
    line = new_line(FORUM, is_shared=False)
    line.add(Answer("click", "old", thread=1), 0.0)
    for now in (1.0, 2.0):
        line.add(Answer("click", "lively", thread=2), now)
        line.add(Answer("click", "new", thread=1), now)
    assert [line.take(now).text for now in (3.0, 3.1)] == ["new", "lively"]
