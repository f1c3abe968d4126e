"""One Telegram with one bot and Anna, on a clock that only tests move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
import pytest_asyncio

from emulator.state.clock import Clock
from emulator.state.telegram import Telegram
from tests.emulator.api import TOKEN, Api
from tests.stories.browser import launched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from emulator.http.server import Server
    from emulator.state.people import Person

NOON = 1_795_000_000.0


@pytest.fixture
def telegram() -> Telegram:
    """No flood limits; the time stands still."""
    telegram = Telegram(Clock(NOON, ticking=False))
    telegram.add_bot(TOKEN, username="clicker_bot", name="Кликер")
    return telegram


@pytest.fixture
async def api(telegram: Telegram, server: Server) -> AsyncIterator[Api]:
    """A bare client of it."""
    async with aiohttp.ClientSession() as session:
        yield Api(server.url, session, telegram)


@pytest.fixture
def anna(telegram: Telegram) -> Person:
    """Anna, who has started the bot."""
    anna = telegram.person(1001, first_name="Анна", language_code="ru")
    anna.send("/start")
    return anna


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a file."""
    async with launched() as browser:
        yield browser
