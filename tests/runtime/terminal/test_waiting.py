"""What a person at a terminal hears while Telegram does not answer: for what is waited, and at last that it ends."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import AnyHttpUrl, SecretStr

from bots.clicker import app
from runtime.session import new_bot as new_client
from runtime.settings import Settings
from runtime.terminal import waiting
from runtime.terminal.closed import closed_store
from runtime.terminal.waiting import WaitedError, Waiting
from tests.stories.harness import ADMIN, TOKEN, say, set_up, sign_up, until_stored

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

SOON = 20.0
"""Seconds until the first word, on a slow machine; without an answer of any kind it comes after five."""

END = 90.0
"""Seconds until the end: what is not answered at all is given up twice, after fifteen each."""

COMMANDS = {"backups": ("backups",), "restore": ("restore", "1", "--yes"), "check": ("--check",)}


async def play(bot: Bot, telegram: Telegram) -> None:
    """A bot that runs, with a player and a click stored."""
    await set_up(bot, telegram)
    await say(await sign_up(telegram, 1001, "Анна"), "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})


async def waits(bot: Bot, words: str, arguments: tuple[str, ...], **env: str) -> str:
    """Run a command that is to wait, to say so and to end with status 1; what else than that it waits it has said."""
    started = time.monotonic()
    await bot.start(*arguments, **env)
    await bot.wait_line(words, SOON)
    while bot.running:
        assert time.monotonic() < started + END, f"it has not ended within {END:g} s:\n{bot.output}"
        try:
            assert await bot.wait() == 1, bot.output
        except TimeoutError:
            continue
    assert "Traceback" not in bot.output
    return "\n".join(line for line in bot.lines if not line.startswith("Waiting for Telegram"))


@pytest.mark.parametrize(
    ("method", "kind", "value", "words", "last"),
    [
        ("download", "500", None, "Waiting for Telegram: download failed: the server answered", "status 500"),
        ("download", "no_answer", None, "Waiting for Telegram to answer download", "took too long"),
        ("getFile", "429", 3600, "Telegram allows getFile again in 3600 s", "try it then"),
        ("getMyCommands", "no_answer", None, "Waiting for Telegram to answer getMyCommands", "timeout"),
    ],
    ids=["refused", "silent", "an hour's pause", "silent notes"],
)
async def test_each_command_says_for_what_and_ends(  # noqa: PLR0917 - as many as the table has columns
    bot: Bot, new_bot: NewBot, telegram: Telegram, method: str, kind: Any, value: Any, words: str, last: str
) -> None:
    """Beside a running bot, which loses nothing by it."""
    await play(bot, telegram)
    telegram.faults.add(method, kind, times=None, value=value)
    said = await asyncio.gather(*(waits(new_bot(bot.env_file), words, each) for each in COMMANDS.values()))
    assert all(last in each for each in said), said
    telegram.faults.clear()
    assert await say(telegram.person(1001), "Клик") == "Кликов: 2 🏆"
    await until_stored(telegram, {1001: ("Анна", 2)})


async def test_without_a_network(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """The same; by way of a proxy that is dead, the proxy is named."""
    await play(bot, telegram)
    assert await bot.stop() == 0
    telegram.cut = True
    cut = "Waiting for Telegram: get.* failed: "
    dead = r"the proxy http://127.0.0.1:9 \(ALL_PROXY\) cannot be reached"
    await asyncio.gather(
        *(waits(new_bot(bot.env_file), cut, each) for each in COMMANDS.values()),
        *(waits(new_bot(bot.env_file), dead, each, ALL_PROXY="127.0.0.1:9") for each in COMMANDS.values()),
    )


@pytest.mark.parametrize(
    ("method", "kind", "value", "told"),
    [
        ("download", "error", (404, "Not Found"), "^download has failed for .* the last time so: the server answered"),
        ("download", "reset_before", None, "^download has failed"),
        ("download", "truncate", None, "^download has failed"),
        ("getFile", "502", None, "^getFile has failed"),
        ("getFile", "429", 91, "^Telegram allows getFile again in 91 s"),
        ("forwardMessage", "reset_after", None, "^forwardMessage has failed"),
        ("getMyCommands", "500", None, "^getMyCommands has failed"),
    ],
)
async def test_whatever_the_failure(  # noqa: PLR0917 - as many as the table has columns
    bot: Bot,
    server: Server,
    telegram: Telegram,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    kind: Any,
    value: Any,
    told: str,
) -> None:
    """It is told with its reason, and without the token in a file's address."""
    await play(bot, telegram)
    monkeypatch.setattr(waiting, "LIMIT", 1.0)
    telegram.faults.add(method, kind, times=None, value=value)
    settings = Settings(bot_token=SecretStr(TOKEN), bot_api_url=AnyHttpUrl(server.url))
    client = new_client(settings)
    client.session.middleware(Waiting())
    copies = closed_store(app, client, settings).copies()

    async def on_message(_: int, __: int) -> None:
        """Nobody looks."""

    async def read_all() -> None:
        await copies.open()
        await copies.read(on_message, lambda *_: None)

    try:
        with pytest.raises(WaitedError, match=told) as failure:
            await read_all()
        assert TOKEN not in str(failure.value)
    finally:
        await client.session.close()


async def test_a_short_pause_is_told_and_kept(bot: Bot, telegram: Telegram) -> None:
    """Of copies Telegram lets a bot read some twenty a minute: a list may take its time."""
    await play(bot, telegram)
    assert await bot.stop() == 0
    telegram.faults.add("forwardMessage", "429", times=2, value=1)
    await bot.start("backups")
    await bot.wait_line("Waiting for Telegram: it allows forwardMessage again in 1 s")
    assert await bot.wait() == 0


async def test_the_admins_list_ends_as_well(bot: Bot, telegram: Telegram) -> None:
    """`/backups` in the chat, with no file to be had."""
    await play(bot, telegram)
    telegram.faults.add("download", "500", times=None)
    admin = telegram.person(ADMIN)
    admin.send("/backups")
    await admin.wait(lambda: "500" in admin.newest, END)
