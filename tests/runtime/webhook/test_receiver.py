"""What a replica answers: Telegram, and strangers."""

from __future__ import annotations

import asyncio
import io
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from emulator import Telegram, serve
from emulator.state.clock import Clock
from runtime.webhook.announcing import Address, announce
from runtime.webhook.receiver import Receiver, Times, Update
from runtime.webhook.secret import derived, is_same, is_word
from tests.stories.launcher import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SECRET = derived(TOKEN)
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Work:
    """What updates are handed to: it writes them down, and waits, fails or answers as it is told."""

    def __init__(self) -> None:
        self.done: list[Update] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.answer: bytes | None = None
        self.begun = asyncio.Event()

    async def __call__(self, update: Update) -> bytes | None:
        """Do it."""
        self.begun.set()
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.done.append(update)
        return self.answer


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[str]:
    """It listens at this address."""
    runner = web.AppRunner(receiver.application("/hook"), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def slowly() -> AsyncIterator[bytes]:
    """A body that begins and does not end."""
    yield b'{"update_id": '
    await asyncio.Event().wait()


def big() -> io.BytesIO:
    """A body of 2 MB."""
    return io.BytesIO(b"x" * (2 << 20))


@pytest.mark.parametrize(
    ("status", "method", "request_"),
    [
        (401, "POST", {"json": {"update_id": 1}}),
        (401, "POST", {"json": {"update_id": 1}, "headers": {"X-Telegram-Bot-Api-Secret-Token": "wrong"}}),
        (401, "POST", {"json": {"update_id": 1}, "headers": {"X-Telegram-Bot-Api-Secret-Token": "слово"}}),
        (401, "POST", {"data": big}),
        (401, "POST", {"data": slowly}),
        (400, "POST", {"data": b"no JSON", "headers": HEADERS}),
        (400, "POST", {"data": b"\xff", "headers": HEADERS}),
        (400, "POST", {"data": b"", "headers": HEADERS}),
        (400, "POST", {"data": b"[1]", "headers": HEADERS}),
        (400, "POST", {"json": {"update_id": "1"}, "headers": HEADERS}),
        (400, "POST", {"json": {"update_id": True}, "headers": HEADERS}),
        (413, "POST", {"data": big, "headers": HEADERS}),
        (408, "POST", {"data": slowly, "headers": HEADERS}),
        (405, "GET", {}),
        (405, "PUT", {"json": {"update_id": 1}, "headers": HEADERS}),
    ],
)
async def test_strangers(status: int, method: str, request_: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """They cause no work, learn nothing and leave no trace but a counter."""
    caplog.set_level(logging.DEBUG)
    work = Work()
    receiver = Receiver(SECRET, work, Times(body=0.2))
    body = {name: value() if callable(value) else value for name, value in request_.items()}
    async with receiving(receiver) as url, aiohttp.ClientSession() as session:
        async with session.request(method, url, **body) as response:
            assert (response.status, await response.read()) == (status, b"")
            assert response.headers["Connection"] == "close"
        assert (receiver.refused, receiver.received, work.done) == ({status: 1}, 0, [])
    assert not [record for record in caplog.records if SECRET in record.getMessage() or "runtime" in record.name]


async def test_a_chunked_body_may_not_be_longer_either() -> None:
    """Though nobody knows its length before."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * (1 << 16)

    receiver = Receiver(SECRET, Work())
    async with (
        receiving(receiver) as url,
        aiohttp.ClientSession() as session,
        session.post(url, data=endless(), headers=HEADERS) as response,
    ):
        assert response.status == 413


async def test_telegram_hears_200_after_the_work() -> None:
    """And not before."""
    work = Work()
    work.gate.clear()
    async with receiving(Receiver(SECRET, work)) as url, aiohttp.ClientSession() as session:
        request = asyncio.create_task(session.post(url, json={"update_id": 7}, headers=HEADERS))
        await work.begun.wait()
        assert not request.done()
        work.gate.set()
        assert (await request).status == 200
        assert work.done == [{"update_id": 7}]


async def test_an_answer_may_carry_a_method() -> None:
    """As JSON."""
    work = Work()
    work.answer = b'{"method":"sendMessage"}'
    async with (
        receiving(Receiver(SECRET, work)) as url,
        aiohttp.ClientSession() as session,
        session.post(url, json={"update_id": 7}, headers=HEADERS) as response,
    ):
        assert await response.json() == {"method": "sendMessage"}


@pytest.mark.parametrize("failure", [None, TimeoutError(), ValueError("a secret"), ConnectionError()])
async def test_what_is_not_done_is_given_back(failure: Exception | None, caplog: pytest.LogCaptureFixture) -> None:
    """Too late or failed: 503 with Retry-After, the work given up, and a line that says nothing of what was in it."""
    work = Work()
    work.failure = failure
    if failure is None:
        work.gate.clear()
    receiver = Receiver(SECRET, work, Times(work=0.1))
    async with receiving(receiver) as url, aiohttp.ClientSession() as session:
        async with session.post(url, json={"update_id": 7}, headers=HEADERS) as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "2")
        assert (receiver.late, work.done) == (1, [])
        work.gate.set()
        await asyncio.sleep(0)
        assert work.done == []
    assert "secret" not in caplog.text


async def test_twenty_seconds_are_the_default() -> None:
    """Of the 60 that Telegram waits."""
    assert (Times().work, Times().body) == (20.0, 10.0)


# -- the secret


@given(st.text(max_size=300))
def test_a_secret_is_a_word(text: str) -> None:
    """Of 1 to 256 of 64 characters, and only the same word is the same."""
    letters = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert is_word(text) == (0 < len(text) <= 256 and set(text) <= letters)
    assert not is_same(text, SECRET)
    assert is_same(SECRET, derived(TOKEN))
    assert is_word(SECRET)
    assert derived("43:OTHER") != SECRET


# -- against the local Telegram


async def test_replicas_set_one_webhook_and_share_what_comes() -> None:
    """Both announce it in the same second; the update is given back once and then counts."""
    telegram = Telegram(Clock())
    telegram.add_bot(TOKEN)
    telegram.local_webhooks = True
    anna = telegram.person(1001)
    work = Work()
    work.failure = ConnectionError()
    receiver = Receiver(SECRET, work)
    async with serve(telegram) as server, receiving(receiver) as url:
        api = TelegramAPIServer.from_base(server.url)
        async with Bot(TOKEN, session=AiohttpSession(api=api)).context() as bot:
            await asyncio.gather(*(announce(bot, Address(url, SECRET, 100, ["message"])) for _ in range(2)))
            assert [call.status for call in telegram.calls].count(200) == 2
            info = await bot.get_webhook_info()
            assert (info.url, info.max_connections, info.allowed_updates) == (url, 100, ["message"])
        anna.send("x")
        await telegram.wait(lambda: receiver.late == 1 and telegram.deliveries()[-1].done)
        work.failure, work.answer = None, b'{"method": "sendMessage", "chat_id": 1001, "text": "counted"}'
        telegram.clock.advance(2)
        assert await anna.answer(0) == "counted"
        assert [update["message"]["text"] for update in work.done] == ["x"]
        assert receiver.refused == {}
