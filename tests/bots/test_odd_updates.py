"""Odd updates come to every bot: none ends, none fails, and what is meant for it counts before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bots import odd
from tests.bots.bazaar.stage import SETTINGS
from tests.stories.harness import PATIENCE, set_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

BOTS = {
    "clicker": (["/start", "Клик"], ["Клик"], "Кликов: 2 🏆"),
    "calories": (["/start", "2000"], ["350"], "Осталось: 1650 ккал"),
    "roulette": (["/start"], ["/rules"], "Здесь вы говорите с незнакомым человеком."),
    "shop": (["/start"], ["/help"], ""),
    "bazaar": (["/start"], ["/start"], ""),
}


@pytest.mark.parametrize("name", BOTS)
async def test_odd_updates_disturb_nobody(new_bot: NewBot, telegram: Telegram, name: str) -> None:
    """They are confirmed like any others; after all of them Anna is served as ever."""
    before, after, answer = BOTS[name]
    bot = new_bot(None, **(SETTINGS if name == "bazaar" else {"BOT": name}))
    if name == "bazaar":
        telegram.channel(int(SETTINGS["CHANNEL_ID"]), "Водий бозор")
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна", language_code="ru")
    for text in before:
        anna.send(text)
        await anna.answer(timeout=PATIENCE)
    queue, mark = telegram.bot().queue, len(bot.lines)
    for kind, payload in odd.updates():
        queue.push(kind, payload, 86_400)
    telegram.bot().poller.wake()
    await telegram.changed.until(lambda: not len(queue), PATIENCE, "not all odd updates were confirmed")
    for text in after:
        anna.send(text)
    await anna.wait(lambda: anna.newest.startswith(answer) and anna.chat.texts_sent > anna.acted_at, PATIENCE)
    assert bot.running
    failures = [line for line in bot.lines[mark:] if "Traceback" in line or '"CRITICAL"' in line]
    assert not failures
