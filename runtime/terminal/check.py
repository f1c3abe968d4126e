"""`python main.py --check`: is everything there that a bot with these settings needs? A line for each thing."""

import asyncio
import os
import sys
from typing import cast

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from pinstore import Copies, errors, retry
from runtime.app import App, Check
from runtime.ends import moved
from runtime.ops.logs import Redaction, start_log
from runtime.session import Session, new_bot
from runtime.settings import Settings, SettingsError
from runtime.terminal.closed import closed_store
from runtime.terminal.flaws import FlawError
from runtime.terminal.waiting import WaitedError, Waiting
from runtime.way import ProxyError

FAILURES = (
    errors.NotSetUpError,
    errors.OtherBotError,
    SettingsError,
    errors.NotRestoredError,
    errors.DocumentError,
    errors.ChatError,
    TelegramAPIError,
    WaitedError,
    *retry.TRANSIENT,
)

TRIES = 3
COLOURS = {"good": "\x1b[32mgood\x1b[0m", "warn": "\x1b[33mwarn\x1b[0m", "BAD": "\x1b[31mBAD \x1b[0m"}


async def proxy(copies: Copies) -> str:
    """It lets calls through; what Telegram says to them is the next thing."""
    try:
        await retry.patiently(copies.bot.me, TRIES)
    except TelegramAPIError as error:
        if isinstance(error, ProxyError):
            raise
    return str(cast("Session", copies.bot.session).proxy)


async def token(copies: Copies) -> str:
    """Telegram knows it."""
    me = await retry.patiently(copies.bot.me, TRIES)
    return f"@{me.username}"


async def backup_chat(copies: Copies) -> str:
    """It is known, and Telegram shows it."""
    await copies.open(TRIES)
    if wrong := await copies.look(TRIES):
        raise FlawError(f"{copies.chat_id}: {wrong}")
    return str(copies.chat_id)


async def rights(copies: Copies) -> str:
    """The bot may write there; what shows it leaves no message.

    In a private chat it may pin as well (tdlib/td, DialogManager::can_pin_messages).
    """
    await retry.patiently(lambda: copies.bot.send_chat_action(copies.chat_id, "upload_document"), TRIES)
    return "the bot may write there" + (", and pin, as in every private chat" if copies.chat_id > 0 else "")


async def stored_copy(copies: Copies) -> str:
    """The newest one is good, checksum, version, parts and counts, and served from there."""
    copy = await copies.good()
    copy.close()
    if elsewhere := copy.document.elsewhere:
        raise FlawError(moved(elsewhere))
    counts = ", ".join(f"{name} {count}" for name, count in copy.document.counts.items())
    return f"generation {copy.document.generation} of {copy.document.saved_at}, {counts}"


CHECKS = {"token": token, "backup chat": backup_chat, "rights": rights, "stored copy": stored_copy}


async def report(copies: Copies) -> int:
    """Look at each thing and print its line; returns the exit status: 0 if all are good."""
    missing, status = "", 0
    checks = {"proxy": proxy, **CHECKS} if cast("Session", copies.bot.session).proxy else CHECKS
    for name, check in checks.items():
        if missing:
            _print("BAD", name, f"not looked at, as it needs the {missing}")
            continue
        try:
            _print("good", name, await check(copies))
        except FlawError as error:
            _print("BAD", name, str(error))
            status = 1
        except FAILURES as error:
            _print("BAD", name, retry.reason(error))
            missing, status = name, 1
    return status


def _print(verdict: str, name: str, found: str) -> None:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # no-color.org: set and not empty
    print(f"{COLOURS[verdict] if coloured else verdict:<4}  {name}: {found}")


async def _own(name: str, check: Check) -> int:
    """Look at a thing that only this bot needs, and print its line."""
    try:
        _print("good", name, await check())
    except (FlawError, *FAILURES) as error:
        _print("BAD", name, retry.reason(error))
        return 1
    return 0


async def _on_server(app: App, bot: Bot, settings: Settings) -> int:
    from runtime.terminal.server_check import lines  # noqa: PLC0415 - imports what speaks to a server

    status = 0
    async for line in lines(app, bot, settings):
        _print(*line)
        status = max(status, line.verdict == "BAD")
    return status


async def _run(app: App, settings: Settings) -> int:
    bot = new_bot(settings)
    bot.session.middleware(Waiting())
    try:
        if settings.database_url:
            return await _on_server(app, bot, settings)
        status = await report(closed_store(app, bot, settings).copies())
        return max([status, *[await _own(name, check) for name, check in app.checks(bot, settings).items()]])
    finally:
        await bot.session.close()


def run(app: App, settings: Settings) -> int:
    """Check; returns the exit status."""
    start_log("ERROR", Redaction(settings.token, settings.secrets), settings.log_format)
    return asyncio.run(_run(app, settings))
