"""Who has blocked the bot: his answers are dropped, and that is noted if there is where to note it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiogram.exceptions import TelegramNetworkError
from pydantic import SecretStr

from pinstore import errors
from runtime.outbox.answer import Say
from runtime.outbox.gate import Gate
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.session import new_bot
from runtime.settings import Settings
from tests.stories.harness import PATIENCE, TOKEN

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram

AWAY: list[Exception | None] = [
    None,
    errors.ChatError("the bot may not write to chat 1"),
    errors.NotRestoredError("The copies are not good."),
    TelegramNetworkError(Say(chat_id=1, text=""), "Request timeout error"),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
async def test_whatever_becomes_of_the_note(telegram: Telegram, server: Server, error: Exception | None) -> None:
    """The chat gets its answers again when it takes some; while tables are not there it is no fault of the bot's."""
    noted: list[int] = []
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))

    async def note(chat: int) -> None:
        noted.append(chat)
        if error:
            raise error

    bot = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=server.url))  # type: ignore[arg-type]
    outbox = Outbox(bot, Gate(Pace(30), 30), is_shared=lambda _: False, on_refused=note)
    anna = telegram.person(1001)
    anna.send("/start")
    anna.block()
    for text in ("one", "two"):
        outbox.send(1001, text)
    await outbox.told(1001, PATIENCE)
    assert noted == [1001]
    anna.unblock()
    outbox.send(1001, "three")
    await anna.wait(lambda: anna.newest == "three", PATIENCE)
    assert anna.answers == ["three"]
    await outbox.drain(1)
    await bot.session.close()
    assert not faults
