"""The fixtures of the stories about the bot; `tests.stories.harness` tells what they are."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Protocol

import pytest

from emulator.http.server import Server, serve
from emulator.state.telegram import Telegram
from runtime.lazy_aiogram import import_aiogram
from tests.stories import launcher, script
from tests.stories.harness import CHAT
from tests.stories.launcher import TOKEN, Bot
from tests.stories.moment import Moment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.postgres.server import Server as PostgreSQL


import_aiogram()  # before any test does, which would take each worker seconds longer

# Nothing here leaves this machine, and what the tests start would ask a proxy of whoever runs them.
for variable in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[variable]


def pytest_xdist_auto_num_workers() -> int | None:
    """Three workers for each core: tests of a bot wait more than they work. PYTEST_XDIST_AUTO_NUM_WORKERS wins."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else 3 * (os.cpu_count() or 1)


gc.disable()  # nothing of what is collected goes away


def pytest_collection_finish() -> None:
    """Leave what all tests are made of out of each look for garbage."""
    gc.freeze()
    gc.enable()


REPEATING = (
    "tests/benchmarks/",
    "tests/chaos/",
    "tests/pinstore/keeping/test_matrix.py",
    "tests/postgres/test_chaos.py",
    "tests/postgres/test_replicas",
    "tests/postgres/test_stories.py",
    "tests/runtime/test_slowness.py",
    "tests/strangers/",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Bots of tests that repeat much are not measured: it costs half as much again, to see the same lines."""
    with pytest.MonkeyPatch.context() as patch:
        if item.nodeid.startswith(REPEATING):
            for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
                patch.delenv(name, raising=False)
        yield


class NewBot(Protocol):
    """Makes bots."""

    def __call__(self, env_file: Path | None = None, **env: str) -> Bot:
        """One that is not started yet."""


@pytest.fixture(scope="session")
def starter() -> Iterator[launcher.Launcher]:
    """What starts bots."""
    launched = launcher.launcher()
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def programs() -> Iterator[launcher.Launcher]:
    """What starts programs that were not written for these tests."""
    started = script.programs()
    yield started
    started.close()


@pytest.fixture
def telegram(request: pytest.FixtureRequest) -> Telegram:
    """One bot is registered there; flood limits only under `with_limits`."""
    telegram = Telegram(limits=getattr(request, "param", None))
    telegram.add_bot(TOKEN, username="clicker_bot", name="Кликер")
    return telegram


@pytest.fixture
def moment(telegram: Telegram, tmp_path: Path) -> Moment:
    """The time of Telegram and of the bots that are started from now on."""
    return Moment(telegram, tmp_path / "moved")


@pytest.fixture
async def server(telegram: Telegram) -> AsyncIterator[Server]:
    """Its HTTP side."""
    async with serve(telegram) as server:
        yield server


@pytest.fixture
async def new_bot(
    starter: launcher.Launcher, telegram: Telegram, server: Server, tmp_path: Path
) -> AsyncIterator[NewBot]:
    """Makes bots; the first shares no file with the second unless told so."""
    bots: list[Bot] = []

    def make(env_file: Path | None = None, **env: str) -> Bot:
        if env_file is None:
            env_file = tmp_path / f"bot{len(bots)}.env"
            env_file.write_text("# settings\n", encoding="utf-8")
        bots.append(Bot(starter, server.url, env_file, **env))
        return bots[-1]

    yield make
    telegram.faults.clear()
    telegram.cut = False
    for bot in bots:
        await bot.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server."""
    from tests.postgres.server import MISSING, SMALL, postgres  # noqa: PLC0415 - most tests need none

    with postgres(SMALL) as server:
        if server is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"PostgreSQL: {MISSING}")
        yield server


@pytest.fixture
async def keeping(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings that say what keeps the tables: Telegram, or under `both_stores` a server as well."""
    if getattr(request, "param", CHAT) == CHAT:
        return {}
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return {"DATABASE_URL": await server.empty()}


@pytest.fixture
def bot(new_bot: NewBot, keeping: dict[str, str]) -> Bot:
    """The bot of the story."""
    return new_bot(None, **keeping)
