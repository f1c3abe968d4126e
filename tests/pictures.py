"""A picture of each bot on its page, into docs/: `python -m tests.pictures [NAME...]`; wants Chromium or Chrome."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PIL import Image

from scenes import CASTS
from tests.stories.browser import browsing
from tests.stories.playing import ROOT, playing

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

LONG = 90_000  # milliseconds, a guard only
SAVED = 7_000  # milliseconds, in which a save is made for sure

AD = "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567"
TYPED = {AD, "2000", "борщ 350", "200"}
"""What is written; all else is pressed."""

SAID = {
    "clicker": (("Клик", "Клик", "Клик"),),
    "shop": (("💰 Баланс", "💳 Пополнить баланс", "💰 50 ⭐", "⭐ Звёздами Telegram", "⭐ Заплатить 50"),),
    "bazaar": ((AD, "❌ Расм йўқ", "✅ Юбориш"), (), ("✅ Чоп этиш",)),
    "roulette": (("Мне 18, правила принимаю", "Найти собеседника"),) * 2,
    "calories": (("2000", "борщ 350", "200"),),
}
"""What the people of each bot say, in the order of their chats."""


async def main(names: list[str]) -> None:
    """Play with each bot for a moment, then take its picture."""
    with TemporaryDirectory() as folder:
        async with playing(Path(folder)) as (_, url), browsing(url) as page:
            for name in names:
                await _play(page, name)
                await page.wait_for_timeout(SAVED)
                picture = ROOT / "docs" / f"page-{name}.png"
                await page.screenshot(path=picture)
                few = Image.open(picture).convert("RGB").quantize(method=Image.Quantize.MAXCOVERAGE)
                few.save(picture, optimize=True)  # a third of the size


async def _play(page: Page, name: str) -> None:
    await page.locator(f'[data-choose="{name}"]').click()
    await page.locator('[data-choose][aria-current="page"]', has_text=CASTS[name].title).wait_for()
    await page.locator("#starting").wait_for(state="hidden", timeout=LONG)
    for chat, lines in zip(await page.locator(".chat").all(), SAID[name], strict=False):
        begin = chat.get_by_role("button", name="Запустить")
        if await begin.is_visible():
            await begin.click(timeout=LONG)
            await chat.locator(".theirs").first.wait_for(timeout=LONG)
        for line in lines:
            await _say(page, chat, line)


async def _say(page: Page, chat: Locator, line: str) -> None:
    if line not in TYPED:
        await chat.get_by_role("button", name=line, exact=True).last.click(timeout=LONG)
        return
    await chat.get_by_role("textbox", name="Сообщение").fill(line)
    await chat.get_by_role("button", name="Отправить", exact=True).click()
    await page.wait_for_timeout(1_500)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or list(CASTS)))
