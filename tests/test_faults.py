"""Every method the bot calls, under every fault: a whole life of the bot, and every tap counts exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import ADMIN, say, set_up, sign_up, stored, until_stored

if TYPE_CHECKING:
    from clicker.emulator.faults import Kind
    from clicker.emulator.telegram import Telegram
    from tests.harness import Bot

STATIONS = {
    "start": ("getMe", "deleteWebhook", "getMyCommands"),
    "restore": ("getChat", "forwardMessage", "getFile", "download", "deleteMessage"),
    "save": ("editMessageCaption", "editMessageMedia", "pinChatMessage", "setMyCommands"),
    "document": ("sendDocument",),
    "play": ("getUpdates", "sendMessage"),
}
KINDS: tuple[Kind, ...] = ("429", "500", "502", "reset_before", "reset_after")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("station", STATIONS)
async def test_every_method_bears_every_fault(bot: Bot, telegram: Telegram, station: str, kind: Kind) -> None:
    """The first call of each fails: start, restore, claim, taps, `admin`, stop; a second start is a good one."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await bot.stop() == 0
    faults = [telegram.faults.add(method, kind, value=1) for method in STATIONS[station]]
    await bot.start()
    await bot.ready()
    anna.send("Клик")
    telegram.person(ADMIN).send("admin")
    await until_stored(telegram, {1001: ("Анна", 1)})
    telegram.person(ADMIN).send("admin")
    anna.send("Клик")
    await until_stored(telegram, {1001: ("Анна", 2)})
    assert await bot.stop() == 0, bot.output
    assert [fault.method for fault in faults if not fault.hits] == []
    await bot.start()
    assert await say(anna, "Клик") == "Кликов: 3 🏆"
    assert stored(telegram)["counts"]["users"] == 1
    assert "Traceback" not in bot.output
