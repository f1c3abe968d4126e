"""Copies and other calls in a chat's line: in order, apart from each other, and as many messages as they are."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from emulator.state.limits import Limits
from runtime.outbox.answer import Answer
from runtime.outbox.calls import Alone, Call, Copies, Copy, Passing
from runtime.outbox.gate import Gate
from runtime.outbox.line import BURST_PERIOD, KINDS, new_line
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import CHANCES, Pace
from runtime.session import new_bot
from runtime.settings import Settings
from tests.stories.harness import PATIENCE, TOKEN, with_limits
from tests.stories.lateness import lateness

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram


async def _refused(_: int) -> None:
    raise AssertionError("nobody has blocked the bot")


@with_limits
async def test_copies_keep_their_place_and_their_pace(telegram: Telegram, server: Server) -> None:
    """None replaces another, texts between them stay there, and what counts for three is paid for before the next."""
    bot = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=server.url))  # type: ignore[arg-type]
    outbox = Outbox(bot, Gate(Pace(30), 30), is_shared=lambda _: False, on_refused=_refused)
    anna, boris = telegram.person(1001), telegram.person(1002)
    boris.send("?")
    sources = [anna.send(text)["message_id"] for text in ("one", "two", "three")]
    reply = {"message_id": 1}
    first = Copy(chat_id=1002, from_chat_id=1001, message_id=sources[0], reply_parameters=reply)
    outbox.put(1002, Call(method=first))
    outbox.send(1002, "between")
    outbox.put(1002, Call(method=Copies(chat_id=1002, from_chat_id=1001, message_ids=sources), weight=3))
    outbox.send(1002, "last")
    await boris.wait(lambda: boris.newest == "last", PATIENCE)
    assert boris.answers == ["one", "between", "one", "two", "three", "last"]
    assert boris.messages[1]["reply_to_message"]["message_id"] == 1
    assert [call.status for call in telegram.calls if call.method != "getMe"] == [200] * 4
    times = [call.at for call in telegram.calls]
    assert max(later - earlier for earlier, later in pairwise(times)) > BURST_PERIOD / 2
    await outbox.drain(1)
    await bot.session.close()


@pytest.mark.parametrize(("overall", "people"), [(30, 120), (300, 500), (None, 500)])
async def test_a_crowd_is_answered_as_fast_as_telegram_takes_it(
    telegram: Telegram, server: Server, overall: float | None, people: int
) -> None:
    """Everybody once; where thirty a second are the limit two are refused, and elsewhere it takes less than that."""
    telegram.limits = Limits(overall=overall)
    bot = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=server.url))  # type: ignore[arg-type]
    outbox = Outbox(bot, Gate(Pace(30, may_grow=True), 30), is_shared=lambda _: False, on_refused=_refused)
    crowd = [telegram.person(1000 + number) for number in range(people)]
    for person in crowd:
        person.send("?")
    started = time.monotonic()
    async with lateness() as late:
        for person in crowd:
            outbox.send(person.id, f"for {person.id}")
        await telegram.wait(lambda: all(person.newest for person in crowd), PATIENCE)
    took = time.monotonic() - started - late.total
    assert [person.answers for person in crowd] == [[f"for {person.id}"] for person in crowd]
    refused = [call for call in telegram.calls if call.status == 429]
    assert len(refused) <= CHANCES * (overall or 30) / 30
    assert took < people / 30 or overall == 30
    await outbox.drain(1)
    await bot.session.close()


async def test_notices_let_answers_go_before(telegram: Telegram, server: Server) -> None:
    """A chat whose reminder waits for its time is answered before; an answer to another one does not wait at all."""
    bot = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=server.url))  # type: ignore[arg-type]
    outbox = Outbox(bot, Gate(Pace(30, may_grow=True), 6), is_shared=lambda _: False, on_refused=_refused)
    crowd = [telegram.person(1000 + number) for number in range(10)]
    for person in crowd:
        person.send("?")
    for person in crowd:
        outbox.send(person.id, "remember", is_notice=True)
    outbox.send(crowd[-1].id, "answer")
    outbox.send(crowd[0].id, "answer")
    await telegram.wait(lambda: all("remember" in person.answers for person in crowd), PATIENCE)
    assert crowd[-1].answers == ["answer", "remember"]
    notices = [call.at for call in telegram.calls if call.params.get("text") == "remember"]
    answered = max(call.at for call in telegram.calls if call.params.get("text") == "answer")
    assert min(later - earlier for earlier, later in pairwise(notices)) > 0.1
    assert answered < notices[5]
    await outbox.drain(1)
    await bot.session.close()


def test_many_copies_wait() -> None:
    """More than a line holds of texts: those become one, copies do not."""
    line = new_line(1002, is_shared=False)
    for number in range(2 * KINDS):
        line.add(Call(method=Copy(chat_id=1002, from_chat_id=1001, message_id=number)), number)
        line.add(Answer(f"text {number}", f"text {number}"), number)
    waiting = list(line.waiting.values())
    assert sum(isinstance(answer, Call) for answer in waiting) == 2 * KINDS
    assert sum(not isinstance(answer, Call) for answer in waiting) == KINDS


async def test_only_three_passing_answers_wait() -> None:
    """The oldest are left out, never the last, nor anything else that waits; each topic is a line of its own."""
    line = new_line(1001, is_shared=False)
    line.add(Alone("say", "stays"), 0)
    for number in range(6):
        line.add(Passing("noted", str(number)), number)
        line.add(Passing("noted", f"topic {number}", thread=7), number)
    told = [answer.text for answer in line.waiting.values() if answer.thread is None]
    assert told == ["stays", "3", "4", "5"]
    assert len(line.waiting) == 7
