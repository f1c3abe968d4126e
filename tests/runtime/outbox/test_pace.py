"""Telegram's pace: who is answered when, what a crowd costs, that a 429 is obeyed, and a backlog waited for."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from pinstore.updates.window import WINDOW
from runtime.outbox.answer import LONGEST, Answer
from runtime.outbox.backlog import HOLD, OLD, Backlog
from runtime.outbox.line import AGAIN, KINDS, new_line
from runtime.outbox.pace import CHANCES
from tests.stories.harness import PATIENCE, set_up, sign_up, until_stored, with_limits
from tests.stories.lateness import lateness

if TYPE_CHECKING:
    from emulator.state.calls import Call
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

TAPS = 60
"""Of one player, ten a second."""


def answers(telegram: Telegram, *chats: int) -> list[Call]:
    """The calls that sent an answer to these, all of them if none is named."""
    wanted = {str(chat) for chat in chats}
    sent = [call for call in telegram.calls if call.method == "sendMessage"]
    return [call for call in sent if not wanted or call.params["chat_id"] in wanted]


@with_limits
async def test_fast_taps_are_answered_once_a_second_by_the_newest_number(bot: Bot, telegram: Telegram) -> None:
    """Every tap counts, and no message is refused; `python -m tests.benchmarks --only pace` plays a whole minute."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    loop, before = asyncio.get_running_loop(), len(answers(telegram, 1001))
    started = loop.time()
    async with lateness() as late:
        for number in range(TAPS):
            await asyncio.sleep(started + number / 10 - loop.time())
            anna.send("Клик")
        await anna.wait(lambda: anna.newest == f"Кликов: {TAPS} 🏆", PATIENCE)
    sent = answers(telegram, 1001)[before:]
    assert {call.status for call in sent} == {200}
    assert min(later.at - earlier.at for earlier, later in pairwise(sent)) > AGAIN - 0.1 - late.worst
    assert int(sent[0].params["text"].split()[1]) < TAPS / 2  # the first did not wait for the others
    await until_stored(telegram, {1001: ("Анна", TAPS)})


@with_limits
async def test_whoever_tapped_first_is_answered_first(bot: Bot, telegram: Telegram) -> None:
    """A crowd taps at once: each gets one answer, in order but for those on their way together.

    Who is refused, as it is learned what Telegram takes, waits a little longer.
    """
    await set_up(bot, telegram)
    crowd = [telegram.person(1000 + number, first_name=f"Игрок {number}") for number in range(60)]
    for person in crowd:
        person.send("/start")
    await telegram.wait(lambda: all(person.newest for person in crowd), PATIENCE)
    sent = answers(telegram, *(person.id for person in crowd))
    refused = [call.params["chat_id"] for call in sent if call.status == 429]
    assert len(refused) <= CHANCES
    order = [int(call.params["chat_id"]) for call in sent if call.status == 200]
    assert sorted(order) == [person.id for person in crowd]
    patient = [person_id for person_id in order if str(person_id) not in refused]
    assert max(abs(later - earlier - 1) for earlier, later in pairwise(patient)) <= CHANCES


@with_limits
async def test_what_piles_up_on_the_way_is_no_flood(bot: Bot, telegram: Telegram) -> None:
    """Telegram hears nothing for two seconds while a crowd is answered: what reaches it then at once, it takes."""
    await set_up(bot, telegram)
    crowd = [telegram.person(1000 + number, first_name=f"Игрок {number}") for number in range(90)]
    for person in crowd:
        person.send("/start")
    await crowd[5].answer(timeout=PATIENCE)
    time.sleep(2)  # noqa: ASYNC251 - the local Telegram runs in this loop
    await telegram.wait(lambda: all(person.newest for person in crowd), PATIENCE)
    people = [person.id for person in crowd]
    assert [call.status for call in answers(telegram, *people)].count(429) <= CHANCES


@with_limits
async def test_no_number_is_lost_or_overtaken_by_refusals(bot: Bot, telegram: Telegram) -> None:
    """More people tap than can be answered, time and again: what each is told grows, and ends with his last number."""
    await set_up(bot, telegram)
    crowd = [telegram.person(1000 + number, first_name=f"Игрок {number}") for number in range(50)]
    for text in ("/start", "Клик", "Клик", "Клик"):
        for person in crowd:
            person.send(text)
        await asyncio.sleep(0.7)
    await telegram.wait(lambda: all(person.newest == "Кликов: 3 🏆" for person in crowd), PATIENCE)
    for person in crowd:
        numbers = [int(answer.split()[1]) for answer in person.answers if answer.startswith("Кликов")]
        assert numbers == sorted(set(numbers))
    assert [call.status for call in answers(telegram, *(person.id for person in crowd))].count(429) <= CHANCES


@with_limits
async def test_whoever_asks_for_less_gets_less(bot: Bot, telegram: Telegram) -> None:
    """A crowd is answered no faster than is set, and nobody is refused: there is nothing to be learned."""
    await set_up(bot, telegram, MESSAGES_PER_SECOND="11")
    crowd = [telegram.person(1000 + number, first_name=f"Игрок {number}") for number in range(25)]
    for person in crowd:
        person.send("/start")
    await telegram.wait(lambda: all(person.newest for person in crowd), PATIENCE)
    sent = answers(telegram, *(person.id for person in crowd))
    assert [call.status for call in sent] == [200] * 25
    assert sent[-1].at - sent[0].at > 24 / 10 - 0.2


async def test_different_answers_wait_no_longer_than_they_must(bot: Bot, telegram: Telegram) -> None:
    """Three go out at once, in their order; what asks for the same again meanwhile is answered once."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    for text in ("Клик", "Рейтинг", "привет", "пока", "Клик"):
        anna.send(text)
    await anna.wait(lambda: anna.newest == "Кликов: 2 🏆", PATIENCE)
    assert [answer[:6] for answer in anna.answers[1:]] in (
        ["Всего:", "Нажмит", "Кликов"],  # all came at once
        ["Кликов", "Всего:", "Нажмит", "Кликов"],
    )


async def test_an_answer_that_fails_in_passing_takes_up_what_is_new(bot: Bot, telegram: Telegram) -> None:
    """A 429 to one chat: it waits as told, the newest number is sent then, and others do not wait."""
    await set_up(bot, telegram)
    anna, boris = await sign_up(telegram, 1001, "Анна"), await sign_up(telegram, 1002, "Борис")
    telegram.faults.add("sendMessage", "429", value=3)
    before = len(answers(telegram, 1001))
    anna.send("Клик")
    await telegram.wait(lambda: len(answers(telegram, 1001)) > before, PATIENCE)
    anna.send("Клик")
    boris.send("Клик")
    assert await boris.answer(timeout=PATIENCE) == "Кликов: 1 🏆"
    await anna.wait(lambda: anna.newest == "Кликов: 2 🏆", PATIENCE)
    refused, sent = answers(telegram, 1001)[before:]
    assert (refused.status, sent.status) == (429, 200)
    assert sent.at - refused.at >= 3


async def test_a_line_holds_so_many_answers_and_loses_none() -> None:
    """Of a kind the newest, in the place of the newest; beyond that number the last two become one message."""
    line = new_line(1001, is_shared=False)
    for number in range(KINDS + 2):
        line.add(Answer(str(number), f"text {number}"), number)
    line.add(Answer("0", "newer"), 100)
    assert len(line.waiting) == KINDS
    shown = [(answer.text, answer.since) for answer in line.waiting.values()]
    assert shown[0] == ("text 1", 1.0)
    last = f"text {KINDS - 1}\n\ntext {KINDS}\n\ntext {KINDS + 1}"
    assert shown[-2:] == [(last, KINDS - 1.0), ("newer", 0.0)]
    for number in range(3):
        line.add(Answer(f"long {number}", "x" * 3000), 200)
    assert max(len(answer.text) for answer in line.waiting.values()) == LONGEST


def test_answers_wait_for_a_backlog_of_the_same_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where each has written once, not for what is fresh, and no longer than full answers of old messages come."""
    monkeypatch.setattr("runtime.outbox.backlog.time.time", lambda: 1000.0)
    old = int(1000 - OLD - 1)

    def messages(chats: int, date: int = old) -> list[dict[str, object]]:
        return [{"message": {"date": date, "chat": {"id": number % chats}}} for number in range(WINDOW)]

    backlog = Backlog()
    once = messages(WINDOW)
    assert backlog.hold(once, once) == 0
    assert backlog.hold(once, []) == 0
    assert backlog.hold(once, once) == HOLD  # the same people again
    assert backlog.hold(once, []) == HOLD
    assert backlog.hold(once[:-1], []) == 0
    few = messages(3)
    assert backlog.hold(few, few) == HOLD
    assert backlog.hold(messages(3, date=1000), few) == 0
    assert backlog.hold([{"poll": {}}] * WINDOW, []) == 0
