"""`--check` of a bot whose tables are on a server: a line for each thing, and nothing is touched."""

from collections.abc import AsyncIterator, Awaitable
from typing import NamedTuple

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from pinstore import ServerStore, errors, retry
from runtime.app import App
from runtime.ends import shut_out
from runtime.settings import Settings
from runtime.tables import tables_of

TRIES = 3


class Line(NamedTuple):
    """What was found of a thing."""

    verdict: str
    name: str
    found: str


FAILURES = (
    errors.OtherBotError,
    TelegramAPIError,
    *retry.TRANSIENT,
)


async def lines(app: App, bot: Bot, settings: Settings) -> AsyncIterator[Line]:
    """All of them."""
    try:
        me = await retry.patiently(bot.me, TRIES)
        yield Line("good", "token", f"@{me.username}")
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        yield Line("BAD", "token", retry.reason(error))
        yield Line("BAD", "webhook", "not looked at, as it needs the token")
    else:
        yield await _webhook(bot, settings.webhook_url)
    async for line in _database(app, bot, settings):
        yield line


async def _webhook(bot: Bot, ours: str | None) -> Line:
    try:
        found = await retry.patiently(bot.get_webhook_info, TRIES)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        return Line("BAD", "webhook", retry.reason(error))
    trouble = f", last error: {found.last_error_message}" if found.last_error_message else ""
    if ours:
        told = "the one of WEBHOOK_URL is set" if found.url == ours else "not set yet: the first replica sets it"
        if found.url and found.url != ours:
            told = "another one is set: the first replica sets that of WEBHOOK_URL"
        is_good = found.url == ours and not trouble
        return Line("good" if is_good else "warn", "webhook", f"{told}, {found.pending_update_count} wait{trouble}")
    if not found.url:
        return Line("good", "webhook", f"none, {found.pending_update_count} updates wait for a poll")
    told = f"one is set, {found.pending_update_count} updates wait{trouble}: the bot ends it when it starts"
    return Line("warn", "webhook", told)


async def _in_charge(look: Awaitable[Exception | None], target: str | None) -> Line:
    """Which side is, as `look` finds it; `target` names the other one of a move that is not finished."""
    try:
        elsewhere = await look
    except FAILURES as error:
        return Line("BAD", "in charge", f"not known, as Telegram is asked in vain: {retry.reason(error)}")
    if elsewhere:
        return Line("BAD", "in charge", str(shut_out(elsewhere)))
    if target:
        begun = f"a move to {target} is not finished"
        return Line("warn", "in charge", f"PostgreSQL, which serves again when the bot is started: {begun}")
    return Line("good", "in charge", "PostgreSQL")


async def _database(app: App, bot: Bot, settings: Settings) -> AsyncIterator[Line]:
    rest = ("schema", "in charge", "counts", "durability")
    try:
        url = settings.database_url.get_secret_value() if settings.database_url else ""
        found = await ServerStore.inspect(url, tables_of(app))
    except errors.RefusedError as error:
        yield Line("BAD", "database", str(error))
        for name in rest:
            yield Line("BAD", name, "not looked at, as it needs the database")
        return
    yield Line("good", "database", found.server)
    if found.schema is None:
        yield Line("good", "schema", "not there yet: the first start makes it")
    elif found.schema > found.known:
        yield Line("BAD", "schema", f"version {found.schema}, and this program knows {found.known}: run the newer one")
    else:
        yield Line("good", "schema", f"version {found.schema}")
    if found.schema is None or found.schema <= found.known:
        settling = ServerStore.settling(bot, tables_of(app), app.store_name, settings.admin_id)
        yield await _in_charge(settling.elsewhere(found), found.charge.target if found.charge else None)
    if found.totals:
        yield Line("good", "counts", ", ".join(f"{name} {number}" for name, number in found.totals.items()))
    if found.survives:
        yield Line("good", "durability", "a commit is on two machines before it is answered")
    else:
        yield Line("warn", "durability", "a commit may be lost with this one machine: there is no synchronous standby")
