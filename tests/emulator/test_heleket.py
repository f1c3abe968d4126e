"""The local Heleket is strict: about signatures, fields and sums; an order has one invoice; people pay at its page."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from emulator.heleket.processor import Processor
from emulator.heleket.server import serve
from tests.stories.launcher import ROOT, awaited

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

GOOD = {"amount": "1.00", "currency": "USDT", "order_id": "a-1", "lifetime": 900}


class Merchant:
    """Somebody with a key."""

    def __init__(self, processor: Processor, session: ClientSession) -> None:
        self.processor, self._session = processor, session

    async def ask(self, path: str, said: Any, **headers: str) -> tuple[int, Any]:
        """Send it signed, unless the headers say otherwise."""
        body = json.dumps(said).encode()
        usual = {"merchant": "m", "sign": self.processor.signature(body), "Content-Type": "application/json"}
        async with self._session.post(self.processor.base + path, data=body, headers=usual | headers) as response:
            return response.status, await response.json()

    async def page(self, url: str, status: str = "") -> str:
        """The page of a payment, or what follows when a button is pressed."""
        method, data = ("POST", {"status": status}) if status else ("GET", None)
        async with self._session.request(method, url, data=data) as response:
            return await response.text() if response.status == 200 else str(response.status)


@pytest.fixture
async def merchant() -> AsyncIterator[Merchant]:
    """Its processor runs."""
    processor = Processor("m", "k")
    async with serve(processor), ClientSession() as session:
        yield Merchant(processor, session)


@pytest.mark.parametrize(
    ("said", "headers", "status"),
    [
        (GOOD, {}, 200),
        (GOOD, {"sign": "0" * 32}, 401),
        (GOOD, {"merchant": "another"}, 401),
        (GOOD, {"Content-Type": "text/plain"}, 415),
        (GOOD | {"amount": 1.0}, {}, 422),
        (GOOD | {"amount": "0"}, {}, 422),
        (GOOD | {"amount": "one"}, {}, 422),
        (GOOD | {"order_id": "a 1"}, {}, 422),
        (GOOD | {"lifetime": 299}, {}, 422),
        (GOOD | {"url_callback": "shop.example"}, {}, 422),
        (GOOD | {"unknown": 1}, {}, 422),
    ],
)
async def test_a_request_has_to_be_as_described(
    merchant: Merchant, said: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    """And nothing is made of one that is not."""
    found, answer = await merchant.ask("/v1/payment", said, **headers)
    assert (found, answer["state"]) == (status, int(status != 200))
    assert len(merchant.processor.invoices) == (status == 200)


async def test_an_order_has_one_invoice(merchant: Merchant) -> None:
    """Asked for again it is the same, whatever the sum; a payment moves it, and its end is final."""
    _, first = await merchant.ask("/v1/payment", GOOD)
    _, second = await merchant.ask("/v1/payment", GOOD | {"amount": "2"})
    assert first == second
    assert first["result"]["amount"] == "1.00000000"
    url = first["result"]["url"]
    assert "check" in await merchant.page(url)
    assert "paid_over" in await merchant.page(url, "paid_over")
    _, found = await merchant.ask("/v1/payment/info", {"order_id": "a-1"})
    assert (found["result"]["status"], found["result"]["is_final"]) == ("paid_over", True)
    assert await merchant.page(url, "whatever") == "400"
    assert await merchant.page(url + "0") == "404"
    assert (await merchant.ask("/v1/payment/info", {"order_id": "a-2"}))[0] == 404


async def test_it_is_started_by_one_line() -> None:
    """Which says what a shop needs."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "emulator.heleket", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert started.stdout
    line = (await awaited(started.stdout.readline(), "its address")).decode()
    assert re.fullmatch(r"HELEKET_URL=http://127\.0\.0\.1:\d+ HELEKET_MERCHANT=local HELEKET_API_KEY=local\s*", line)
    started.terminate()
    await awaited(started.wait(), "its end")
