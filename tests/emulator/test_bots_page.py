"""Every bot's promise in a real browser, with a kill in the middle: one demo, one page, the bots one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.stories.browser import browsing
from tests.stories.playing import playing

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Locator, Page

pytestmark = pytest.mark.long

LONG = 90_000  # milliseconds, a guard only


async def choose(page: Page, name: str, *people: int) -> list[Locator]:
    """Choose a bot; its people press the button that begins."""
    await page.locator(f'[data-choose="{name}"]').click()
    chats = [page.locator(f"#chat-{person}") for person in people]
    for chat in chats:
        await chat.get_by_role("button", name="Запустить").click(timeout=LONG)
        await expect(chat.locator(".theirs").first).to_be_visible(timeout=LONG)
    return chats


async def write(chat: Locator, text: str) -> None:
    """Type a line and send it."""
    await chat.get_by_role("textbox", name="Сообщение").fill(text)
    await chat.get_by_role("button", name="Отправить", exact=True).click()


async def kill(page: Page) -> None:
    """End the bot without a word."""
    await page.get_by_role("button", name="Убить").click()
    await expect(page.locator("#bot-state")).to_have_text("Убит")


async def kept(page: Page, *numbers: str) -> None:
    """Start the bot again: the first person's numbers are these, and the page finds the promise kept."""
    await page.locator("#bot").get_by_role("button", name="Запустить").click()
    await expect(page.locator("#tally tr").first.locator("td")).to_have_text(list(numbers), timeout=LONG)
    await expect(page.locator("#verdict")).to_have_text("Всё сходится", timeout=LONG)


async def test_every_bot_keeps_its_promise_over_a_kill(tmp_path: Path) -> None:
    """Stars, an ad, strangers' talk, calories: what a killed bot missed is there after its start."""
    async with playing(tmp_path) as (_, url), browsing(url) as page:
        (buyer,) = await choose(page, "shop", 1101)
        for button in ("💰 Баланс", "💳 Пополнить баланс", "💰 50 ⭐", "⭐ Звёздами Telegram"):
            await buyer.get_by_role("button", name=button).last.click(timeout=LONG)
        await buyer.locator(".pay").click(timeout=LONG)
        await expect(buyer.locator(".stars")).to_have_text("4950 ⭐", timeout=LONG)
        await kill(page)
        await kept(page, "50", "50", "0", "0")

        (seller,) = await choose(page, "bazaar", 1201)
        await write(seller, "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567")
        for button in ("❌ Расм йўқ", "✅ Юбориш"):
            await seller.get_by_role("button", name=button).last.click(timeout=LONG)
        await page.locator("#chat-1203").get_by_role("button", name="✅ Чоп этиш").click(timeout=LONG)
        await kill(page)
        await kept(page, "1", "1", "1")

        one, other = await choose(page, "roulette", 1301, 1302)
        for chat in (one, other):
            await chat.get_by_role("button", name="Мне 18, правила принимаю").click(timeout=LONG)
            await chat.get_by_role("button", name="Найти собеседника").click(timeout=LONG)
        await expect(one.locator(".keyboard")).to_contain_text("Стоп", timeout=LONG)
        await write(one, "до")
        await expect(other.locator(".theirs", has_text="до")).to_have_count(1, timeout=LONG)
        await kill(page)
        await write(one, "после")
        await kept(page, "2", "2", "2")

        (eater,) = await choose(page, "calories", 1401)
        await write(eater, "2000")
        await expect(eater.locator(".keyboard")).to_contain_text("Сегодня", timeout=LONG)
        await write(eater, "350")
        await kill(page)
        await write(eater, "200")
        await kept(page, "550", "550")
        await page.get_by_role("button", name="+1 день").click()
        await write(eater, "100")
        await expect(eater.locator(".theirs").last).to_contain_text("Осталось: 1900 ккал", timeout=LONG)
