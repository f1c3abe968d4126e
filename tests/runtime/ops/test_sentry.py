"""Faults go to Sentry where SENTRY_DSN is set, without the token and without what players write."""

from __future__ import annotations

import gzip
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import web

from emulator.state.changes import Changes
from runtime.ops.logs import Redaction
from runtime.ops.sentry import Filter
from tests.stories.harness import PATIENCE, TOKEN, say, set_up, sign_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot


class Sentry:
    """A place that takes events."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.changed = Changes()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Of each envelope its event: a line for the envelope, one for the item, the item."""
        return [json.loads(body.splitlines()[2]) for body in self.bodies]

    async def take(self, request: web.Request) -> web.Response:
        """Take an envelope."""
        body = await request.read()
        self.bodies.append((gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode())
        self.changed.touch()
        return web.json_response({"id": "0" * 32})


@asynccontextmanager
async def listening(sentry: Sentry) -> AsyncIterator[str]:
    """Serve it; the DSN of its project."""
    app = web.Application()
    app.router.add_post("/api/1/envelope/", sentry.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    yield f"http://key@127.0.0.1:{port}/1"
    await runner.cleanup()


async def test_a_fault_is_reported_once_and_names_nobody(bot: Bot, telegram: Telegram) -> None:
    """A file that cannot be downloaded: its address has the token in it. A second failure is no news."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна Каренина")
    await say(anna, "Клик")
    assert await bot.stop() == 0
    sentry = Sentry()
    telegram.faults.add("download", "error", times=6, value=(404, "Not Found"))
    async with listening(sentry) as dsn:
        await bot.start(SENTRY_DSN=dsn)
        await sentry.changed.until(lambda: sentry.bodies, PATIENCE)
        await bot.ready()
        anna.send("Тайна")
        await anna.answer()
        assert await bot.stop() == 0
    (event,) = sentry.events
    assert event["logentry"]["message"].startswith("Nothing is served until the table is restored")
    assert "404" in event["logentry"]["formatted"]
    assert event["extra"]["attempt"] == 1
    assert event["release"].startswith("clicker@")
    for private in (TOKEN, "42%3ATEST", "Каренина", "Тайна", "server_name", "breadcrumbs"):
        assert private not in sentry.bodies[0]


async def test_nobody_waits_for_sentry(bot: Bot, telegram: Telegram) -> None:
    """Where it is out of reach the bot serves and stops as always."""
    telegram.faults.add("getUpdates", "500")
    await bot.start(SENTRY_DSN="http://key@127.0.0.1:9/1")
    await set_up(bot, telegram)
    await bot.wait_line("Failed to fetch updates")
    assert await say(await sign_up(telegram, 1001, "Анна"), "Клик") == "Кликов: 1 🏆"
    assert await bot.stop() == 0


def event(logger: str, message: str, module: str, value: str) -> dict[str, Any]:
    """What the library makes of an error in the log."""
    return {
        "level": "error",
        "logger": logger,
        "logentry": {"message": message, "formatted": f"{message} Анна", "params": ["Анна"]},
        "extra": {"player": "Анна"},
        "user": {"id": "Анна"},
        "server_name": "Анна",
        "exception": {"values": [{"type": "Error", "module": module, "value": value, "stacktrace": {"frames": []}}]},
    }


def test_of_other_people_s_errors_only_the_kind_goes_out() -> None:
    """Their words may quote a player; ours and Telegram's do not, and go without the token."""
    sift = Filter(Redaction(TOKEN))
    foreign = sift(event("aiogram.event", "Cause exception\n%s", "builtins", "'Анна'"), {})
    assert foreign["logentry"] == {"message": "Cause exception"}
    assert foreign["exception"]["values"][0]["value"] == ""
    assert "Анна" not in json.dumps(foreign, ensure_ascii=False)
    ours = event("pinstore", "It failed", "aiogram.exceptions", f"/bot{TOKEN}/x\nContent: Анна")
    told = sift({**ours, "logentry": {"message": "It failed", "formatted": f"It failed: {TOKEN}"}, "extra": {}}, {})
    assert told["logentry"]["formatted"] == "It failed: <BOT_TOKEN>"
    assert told["exception"]["values"][0]["value"] == "/bot<BOT_TOKEN>/x"
    assert sift(ours, {}) is None, "the same fault again"
