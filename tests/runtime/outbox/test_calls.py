"""Copies and other calls in a chat's line: in order, apart from each other, and as many messages as they are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import SecretStr

from runtime.outbox.answer import Answer
from runtime.outbox.calls import Alone, Call, Copies, Copy, Passing
from runtime.outbox.line import BURST_PERIOD, KINDS, new_line
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.session import new_bot
from runtime.settings import Settings
from tests.stories.harness import PATIENCE, TOKEN, with_limits

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram


async def _refused(_: int) -> None:
    raise AssertionError("nobody has blocked the bot")


@with_limits
async def test_copies_keep_their_place_and_their_pace(telegram: Telegram, server: Server) -> None:
    """None replaces another, texts between them stay there, and what counts for three is paid for before the next."""
    bot = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=server.url))  # type: ignore[arg-type]
    outbox = Outbox(bot, Pace(30), is_shared=lambda _: False, on_refused=_refused)
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
