"""What getUpdates may be answered with, other than updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiogram import Bot as Client
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import GetUpdates, TelegramMethod
from pydantic import SecretStr

from pinstore import Listener
from pinstore.chat.notes import Register
from pinstore.keeping.guard import Guard
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.stored import Stored
from pinstore.updates.fast import Lane
from pinstore.updates.polling import LEAST_WAIT, Poll
from pinstore.updates.window import Window
from runtime.session import new_bot
from runtime.settings import Settings
from tests.pinstore.shelf import table
from tests.stories.harness import PATIENCE, say, set_up, sign_up, until_stored
from tests.stories.launcher import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

ACTIVE = (
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


async def test_a_429_is_waited_for(bot: Bot, telegram: Telegram) -> None:
    """No poll comes before the time that it tells; taps wait in the queue and count."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    fault = telegram.faults.add("getUpdates", "429", value=3)
    anna.send("Клик")
    await telegram.wait(lambda: fault.hits, PATIENCE)
    await until_stored(telegram, {1001: ("Анна", 1)})
    polls = [call for call in telegram.calls if call.method == "getUpdates"]
    refused = next(number for number, call in enumerate(polls) if call.status == 429)
    assert polls[refused + 1].at - polls[refused].at >= 3


async def test_a_webhook_that_somebody_sets_is_removed(bot: Bot, telegram: Telegram) -> None:
    """As at the start: with it, no poll is answered."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    before = telegram.count("deleteWebhook")
    telegram.faults.add("getUpdates", "error", value=ACTIVE)
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await telegram.wait(lambda: telegram.count("deleteWebhook") == before + 1, PATIENCE)


async def asked(answer: Any, listener: Listener | None = None, times: int = 1) -> Any:
    """What a poll makes of this answer, or of this failure, in the place of a server, the last time that it comes."""
    database = table([(1, "Анна", 0, 0, 1)])
    listener, schedule = listener or Listener(), Schedule(1, exact=True)
    window = Window(database, schedule, listener, exact=True)
    stored = Stored(database, Register(Client(TOKEN)))
    guard = Guard(stored, schedule, listener)

    async def serve(bot: Client, method: TelegramMethod[Any]) -> Any:
        del bot, method
        if isinstance(answer, Exception):
            raise answer
        return answer

    poll = Poll(window, Lane(stored), guard)
    guard.gate.set()
    client = new_bot(Settings(bot_token=SecretStr(TOKEN)))
    for _ in range(times - 1):
        await poll(serve, client, GetUpdates())
    return await poll(serve, client, GetUpdates())


async def test_whoever_listens_hears_of_each_poll() -> None:
    """Of all that has come, and of what of it is new."""
    heard: list[tuple[list[int], list[int]]] = []

    class Hears(Listener):
        def polled(self, updates: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> None:
            heard.append(([one["update_id"] for one in updates], [one["update_id"] for one in new]))

    message = {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": "x"}
    updates = [{"update_id": number, "message": message} for number in (7, 8)]
    await asked(updates, Hears(), times=2)
    assert heard == [([7, 8], [7, 8]), ([7, 8], [])]


@pytest.mark.parametrize(
    "answer",
    [
        ClientDecodeError("Failed to decode object", ValueError("cut"), '[{"message": {"text": "Клик"'),
        [{"text": "Клик"}],
        {"text": "Клик"},
        "Клик",
    ],
    ids=["cut short", "no ids", "no list", "a text"],
)
async def test_an_answer_that_cannot_be_read_is_not_told(answer: object) -> None:
    """It is asked for again; what came may hold texts of players, which belong into no log."""
    with pytest.raises(TelegramNetworkError) as failure:
        await asked(answer)
    assert "Клик" not in str(failure.value)


async def test_a_server_that_does_not_wait_is_not_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a poll that should have waited and did not, there is a pause."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("pinstore.updates.polling.asyncio.sleep", sleep)
    assert await asked([]) == []
    assert pauses == [pytest.approx(LEAST_WAIT, abs=LEAST_WAIT / 2)]
