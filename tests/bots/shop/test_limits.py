"""A person who is too quick is told once and then left alone; nobody else notices."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from bots.shop.limits import Kind, Limits, Over
from bots.shop.settings import ShopSettings
from tests.bots.shop.stage import button, card, fill, invoice, open_shop, seen, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

SLOWER = r"⏱️ Слишком быстро!\n⏰ Попробуйте через ([1-9]|[1-5]\d|60) сек\."


def told_slower(person: Person) -> list[str]:
    """What a person was told about his messages."""
    return [text for text in person.answers if re.fullmatch(SLOWER, text)]


async def test_messages_and_presses_are_limited_for_each_person(bot: Bot, telegram: Telegram) -> None:
    """One notice, then silence; presses are still answered; payments, the admin and other people go on."""
    few = {"RATE_LIMIT_USER_MESSAGES": "3", "RATE_LIMIT_USER_OPERATIONS": "4", "RATE_LIMIT_USER_PAYMENTS": "2"}
    admin = await open_shop(bot, telegram, **few)
    anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
    await fill(anna, 100)  # a message, a press that issues an invoice, and a service message
    shown = await card(anna, "key")
    assert await button(anna, "⭐ Звёздами Telegram", shown) == "⏳ Обрабатываем покупку..."
    wait = r"Попробуйте через \d+ сек\."
    assert re.fullmatch(rf"💳 Ограничение платежей\. {wait}", await button(anna, "💰 С баланса", shown))
    assert await button(anna, "💰 С баланса", shown) == ""
    assert re.fullmatch(rf"🔄 Подождите немного\. {wait}", await button(anna, "⬅️ Назад", shown))
    assert await button(anna, "⬅️ Назад", shown) == ""
    assert (await anna.paid(await invoice(anna, 2))).outcome == "paid"
    await seen(anna, "🎉 Покупка успешна!")
    for text in ("/balance", "/help", "привет"):
        anna.send(text)
    await seen(anna, "⏱️ Слишком быстро!")
    for number in range(4):
        admin.send(f"/help {number}")
        assert await told(boris, "/balance" if number < 3 else "/help")
    assert len(told_slower(anna)) == 1
    assert len(told_slower(boris)) == 1
    assert not told_slower(admin)


async def test_premium_doubles_what_fits(bot: Bot, telegram: Telegram) -> None:
    """By the multiplier of the settings, cut to a whole number."""
    await open_shop(bot, telegram, RATE_LIMIT_USER_MESSAGES="2", RATE_LIMIT_PREMIUM_MULTIPLIER="1.5")
    anna = telegram.person(1001, first_name="Анна")
    anna.user = {**anna.user, "is_premium": True}
    for number in range(1, 4):
        anna.send("/balance")
        await anna.wait(lambda: len(anna.answers) == number, PATIENCE)  # noqa: B023 - awaited here
    anna.send("/balance")
    await seen(anna, "⏱️ Слишком быстро!")


def test_a_window_slides(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is not counted; when the oldest is a minute old the next one fits, and one is told again.

    A clock that is set anew makes nobody wait for an hour.
    """
    now = [1_000_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    windows = Limits(ShopSettings(rate_limit_user_payments=2))
    assert windows.over(Kind.PAYMENTS, 1) is None
    now[0] += 20.5
    assert windows.over(Kind.PAYMENTS, 1) is None
    monkeypatch.setattr(time, "time", lambda: now[0] - 3600)
    assert windows.over(Kind.PAYMENTS, 1) == Over(40, is_first=True)
    now[0] += 30
    assert windows.over(Kind.PAYMENTS, 1) == Over(10, is_first=False)
    assert windows.over(Kind.PAYMENTS, 2) is None
    assert windows.over(Kind.OPERATIONS, 1) is None
    now[0] += 9.5
    assert windows.over(Kind.PAYMENTS, 1) is None
    assert windows.over(Kind.PAYMENTS, 1) == Over(21, is_first=True)
    assert windows.hits == 3


def test_windows_of_those_who_went_away_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop with many visitors keeps nothing of them for longer than a minute."""
    now = [1_000_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    windows = Limits(ShopSettings())
    for person in range(1, 1001):
        windows.over(Kind.MESSAGES, person)
    now[0] += 61
    windows.over(Kind.MESSAGES, 1)
    assert windows.people == 1
