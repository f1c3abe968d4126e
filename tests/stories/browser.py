"""A real browser: whichever Chromium or Chrome this machine has."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
)
WITHOUT = "no browser was found: install Chromium or Chrome, for example with `apt install chromium`"


def executable() -> str:
    """The path of a browser; without one the test is skipped, in CI it fails."""
    found = [path for path in map(shutil.which, NAMES) if path]
    found += [place for place in PLACES if Path(place).exists()]
    if not found:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WITHOUT)
    return found[0]


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A browser, which takes as long to start as a story takes to play: one for all stories of a file."""
    path = executable()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def browsing(browser: Browser, url: str, **context: Any) -> AsyncIterator[Page]:
    """A page of a new visitor, Russian and on a desktop unless the context says otherwise; its errors are ours."""
    settings = {
        "viewport": {"width": 1440, "height": 900},
        "locale": "ru-RU",
        "reduced_motion": "reduce",
        **context,
    }
    visitor = await browser.new_context(**settings)
    page = await visitor.new_page()
    page.set_default_timeout(30_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    try:
        yield page
    finally:
        await visitor.close()
    assert errors == []
