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


async def asked(answer: Any) -> Any:
    """What a poll makes of this answer, or of this failure, in the place of a server."""
    database = table([(1, "Анна", 0, 0, 1)])
    listener, schedule = Listener(), Schedule(1, exact=True)
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
    return await poll(serve, client, GetUpdates())


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
