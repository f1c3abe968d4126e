"""/healthz and /metrics: what a host and Prometheus see of the bot's life."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bots.clicker import app
from runtime.ops import health
from runtime.ops import pages as monitor
from runtime.ops.health import Health, Phase
from runtime.ops.logs import Redaction
from tests.stories.harness import PATIENCE, hold, release, say, set_up, sign_up
from tests.stories.launcher import GENTLE, ROOT, awaited
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from emulator.state.telegram import Telegram
    from runtime.parts import Parts
    from tests.conftest import NewBot
    from tests.stories.harness import Bot

LOOK = 0.05
"""Seconds between two looks: a bot that starts needs the processor more."""


class Watcher:
    """Whoever looks at the port of a bot."""

    def __init__(self, session: aiohttp.ClientSession, telegram: Telegram) -> None:
        self.port = free_port()
        self._session = session
        self._telegram = telegram

    async def get(self, page: str, host: str = "127.0.0.1") -> aiohttp.ClientResponse:
        """One look; ClientConnectorError if nobody listens."""
        async with self._session.get(f"http://{host}:{self.port}{page}") as response:
            await response.read()
            return response

    async def health(self) -> tuple[int, dict[str, Any]]:
        """Status and body of /healthz."""
        response = await self.get("/healthz")
        return response.status, await response.json()

    async def until(self, word: str) -> tuple[int, dict[str, Any]]:
        """Look again and again until /healthz says `word`."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status, body = await self.health()
            except aiohttp.ClientConnectorError:
                body = {}
            if body.get("status") == word:
                return status, body
            await asyncio.sleep(LOOK)
        pytest.fail(f"/healthz never said {word!r}, but {body}")

    async def metrics(self) -> dict[str, float]:
        """The numbers of /metrics by name and labels."""
        response = await self.get("/metrics")
        assert response.content_type == "text/plain"
        families = text_string_to_metric_families(await response.text())
        return {
            "".join([sample.name, *sample.labels.values()]): sample.value
            for family in families
            for sample in family.samples
        }

    async def until_numbers(self, wanted: Mapping[str, float]) -> dict[str, float]:
        """Look until these numbers are shown, as the last answer may not have come back yet; all of them."""
        deadline, shown = time.monotonic() + PATIENCE, dict[str, float]()
        while time.monotonic() < deadline and not wanted.items() <= shown.items():
            numbers = await self.metrics()
            shown = {name: numbers[f"clicker_{name}"] for name in wanted}
            await asyncio.sleep(LOOK)
        assert shown == wanted
        return numbers


async def ask_inside(port: int) -> int:
    """The status of the program that Docker runs in the container."""
    env = {**os.environ, "METRICS_PORT": str(port)}
    program = str(ROOT / "deploy" / "healthcheck.py")
    asked = await asyncio.create_subprocess_exec(sys.executable, program, env=env, stdin=subprocess.DEVNULL)
    return await awaited(asked.wait(), "the answer of healthcheck.py")


@pytest.fixture
async def watcher(telegram: Telegram) -> AsyncIterator[Watcher]:
    """Looks at a port that is free."""
    async with aiohttp.ClientSession() as session:
        yield Watcher(session, telegram)


async def test_a_life_as_a_host_sees_it(bot: Bot, telegram: Telegram, watcher: Watcher) -> None:
    """The port is there at once and until the end; while nothing is served, or saved, the status is 503."""
    env = {"METRICS_PORT": str(watcher.port), "PORT": "1"}
    telegram.cut = True
    await bot.start(**env)
    assert await watcher.until("starting") == (
        503,
        {"status": "starting", "generation": 0, "reason": "Telegram has not answered yet"},
    )
    telegram.cut = False
    assert await watcher.until("waiting to be set up") == (200, {"status": "waiting to be set up", "generation": 0})
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert (await watcher.health())[0] == 200
    admin.block()
    await say(anna, "Клик")
    status, body = await watcher.until("not saving")
    assert status == 503
    assert "unblock it there" in body["reason"]
    admin.unblock()
    assert (await watcher.until("ok"))[0] == 200
    assert await ask_inside(watcher.port) == 0
    under_way = hold(telegram, "editMessageMedia")
    anna.send("Клик")
    await under_way()
    bot.signal(GENTLE)
    assert (await watcher.until("stopping"))[0] == 503
    release(telegram)
    assert await bot.wait() == 0
    with pytest.raises(aiohttp.ClientConnectorError):
        await watcher.health()
    assert await ask_inside(watcher.port) == 1


async def test_the_numbers(bot: Bot, telegram: Telegram, watcher: Watcher) -> None:
    """Each is what players have done and the bot has kept; a restart begins the counters anew, not the table."""
    await set_up(bot, telegram, PORT=str(watcher.port))
    anna = await sign_up(telegram, 1001, "Анна")
    await sign_up(telegram, 1002, "Борис")
    for number in range(1, 4):
        assert await say(anna, "Клик") == f"Кликов: {number} 🏆"
    telegram.faults.add("sendMessage", "429", value=1)
    assert await say(anna, "Рейтинг")
    wanted = {"healthy": 1, "players": 2, "clicks": 3, "updates_total": 8, "answers_total": 8}
    wanted |= {"too_many_requests_total": 1, "overloaded": 0, "chats_waiting": 0, "saves_totalfailed": 0}
    numbers = await watcher.until_numbers(wanted)
    assert numbers["clicker_infoexact2026.11"] == 1
    assert numbers["clicker_saves_totalstored"] == numbers["clicker_save_seconds_count"] >= 1
    assert numbers["clicker_save_seconds_sum"] > 0
    assert numbers["clicker_saved_bytes_total"] >= numbers["clicker_last_save_bytes"] > 100
    assert abs(time.time() - numbers["clicker_last_save_timestamp_seconds"]) < PATIENCE
    assert numbers["clicker_generation"] >= 1
    assert await bot.stop() == 0
    await bot.start(PORT=str(watcher.port))
    await bot.ready()
    numbers = await watcher.until_numbers({"players": 2, "clicks": 3, "updates_total": 0})
    assert numbers["clicker_opening_seconds"] > 0


async def test_while_the_table_is_not_there_the_reason_is_told(bot: Bot, telegram: Telegram, watcher: Watcher) -> None:
    """Without the token that stands in the address of a file."""
    await set_up(bot, telegram)
    assert await bot.stop() == 0
    under_way = hold(telegram, "forwardMessage")
    await bot.start(PORT=str(watcher.port))
    await under_way()
    assert await watcher.health() == (
        503,
        {"status": "restoring", "generation": 0, "reason": "the table is not there yet"},
    )
    telegram.faults.add("download", "error", times=None, value=(404, "Not Found"))
    release(telegram)
    await bot.wait_line("Nothing is served")
    status, body = await watcher.health()
    assert (status, body["status"]) == (503, "restoring")
    assert "404" in body["reason"]
    assert "42:" not in body["reason"]
    assert (await watcher.metrics())["clicker_healthy"] == 0
    telegram.faults.clear()
    await watcher.until("ok")


async def test_a_timer_that_deletes_copies_is_told(bot: Bot, telegram: Telegram, watcher: Watcher) -> None:
    """Not all is good until it is off."""
    admin = await set_up(bot, telegram, PORT=str(watcher.port))
    admin.set_auto_delete(86_400)
    status, body = await watcher.until("copies at risk")
    assert status == 503
    assert "after 1 day" in body["reason"]
    admin.set_auto_delete(0)
    assert (await watcher.until("ok"))[0] == 200


async def test_a_save_that_has_to_wait_long_is_told(bot: Bot, telegram: Telegram, watcher: Watcher) -> None:
    """After one refusal, as the next attempt is an hour away."""
    await set_up(bot, telegram, PORT=str(watcher.port))
    anna = await sign_up(telegram, 1001, "Анна")
    telegram.faults.add("editMessageMedia", "429", value=3600)
    await say(anna, "Клик")
    status, body = await watcher.until("not saving")
    assert status == 503
    assert "3600" in body["reason"]


async def test_a_port_that_is_taken_is_named(bot: Bot, new_bot: NewBot, watcher: Watcher) -> None:
    """Status 2 and one line, as for every wrong setting."""
    await bot.start(PORT=str(watcher.port))
    await bot.ready()
    second = new_bot()
    await second.start(METRICS_PORT=str(watcher.port))
    assert await second.wait() == 2
    (line,) = second.lines
    assert line.startswith(
        f"METRICS_PORT is wrong: expected a port for /healthz and /metrics, 1 to 65535, but {watcher.port}: "
    )
    assert (await watcher.health())[0] == 200


def has_ipv6() -> bool:
    """Whether this machine has it: some containers do not."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize("page", ["/healthz", "/metrics"])
@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
async def test_both_pages_are_reached_by_either_protocol(bot: Bot, watcher: Watcher, page: str) -> None:
    """Some hosts look by IPv6 alone."""
    await bot.start(PORT=str(watcher.port))
    await bot.ready()
    for host in ("127.0.0.1", "[::1]"):
        assert (await watcher.get(page, host)).status == 200


@pytest.mark.long
@pytest.mark.parametrize(("missing", "reached"), [("::", "127.0.0.1"), ("0.0.0.0", "[::1]")])  # noqa: S104 - as above
@pytest.mark.parametrize("number", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, None])
@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
async def test_one_protocol_is_enough(
    monkeypatch: pytest.MonkeyPatch, watcher: Watcher, missing: str, reached: str, number: int | None
) -> None:
    """A machine without the other one serves by what it has; healthcheck.py finds it there."""
    start = web.TCPSite.start

    async def start_if_there(site: web.TCPSite) -> None:
        if missing in site.name:
            raise OSError(number, "there is no such protocol here") if number else OSError("no address")
        await start(site)

    monkeypatch.setattr(web.TCPSite, "start", start_if_there)
    store = SimpleNamespace(status=SimpleNamespace(generation=0, server=""))
    parts = SimpleNamespace(store=store, app=app, shared=None, given={})
    looked = cast("Health", SimpleNamespace(state=("ok", True, ""), parts=parts))
    monkeypatch.setattr(monitor, "registry", lambda _: CollectorRegistry())
    async with monitor.watched(looked, Redaction("42:TEST"), "PORT", watcher.port):
        assert (await watcher.get("/healthz", reached)).status == 200
        assert await ask_inside(watcher.port) == 0


def test_a_bot_that_hears_nothing_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polls that are not answered for long."""
    status = SimpleNamespace(polled_at=float("-inf"), trouble=None, auto_delete=0, word="", claimed_at=float("-inf"))
    parts = SimpleNamespace(store=SimpleNamespace(status=status, chat_id=1))
    looked = Health(cast("Parts", parts))
    looked.begin(Phase.SERVING)
    assert looked.state == ("ok", True, "")
    monkeypatch.setattr(health, "SILENCE", -1.0)
    assert looked.state == ("not polling", False, "no poll was answered for 0 s")
    status.polled_at = time.monotonic() + 100
    assert looked.state.is_good
