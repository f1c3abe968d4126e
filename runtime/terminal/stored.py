"""What a person does with the stored copies from a terminal: `backups` lists them, `restore` takes one."""

import asyncio
import sys
from argparse import Namespace
from pathlib import Path

from aiogram.exceptions import TelegramAPIError

from pinstore import Copies, Store, StoredCopy, errors, retry
from runtime.admin import store_texts
from runtime.app import App
from runtime.env_file import remember
from runtime.ops.logs import Redaction, start_log
from runtime.session import new_bot
from runtime.settings import Settings, SettingsError
from runtime.terminal.closed import closed_store
from runtime.terminal.waiting import WaitedError, Waiting

QUESTION = "Make this the table? A running bot ends and has to be started again. [y/N] "
MOVED = (
    "warning: the tables were moved to {to}. While it serves them, bring them back by `python main.py move telegram`."
)
MARGIN = 10
"""Generations left free below a restored copy for saves that a running bot has under way."""

FAILURES = (
    errors.NotRestoredError,
    errors.OtherBotError,
    errors.DocumentError,
    SettingsError,
    errors.ChatError,
    TelegramAPIError,
    WaitedError,
    *retry.TRANSIENT,
)

COLUMNS = "{:>10}  {:<20}  {:>10}  {:>12}  {:>12}  {}"


async def backups(app: App, copies: Copies) -> int:
    """List what is stored."""
    print(COLUMNS.format("generation", "saved at (UTC)", *(total.metric for total in app.totals), "bytes", "state"))
    for found in await copies.read(_progress, _complain):
        document = found.document
        counts = document.counts if document else {}
        row = (document.saved_at if document else "?", *(counts.get(total.name, "?") for total in app.totals))
        state = f"NOT GOOD: {found.fault}" if found.fault else "good"
        print(COLUMNS.format(found.stamp.generation, *row, found.bytes, state))
    return 0


async def restore(store: Store, copies: Copies, generation: int, env_file: Path, *, sure: bool) -> int:
    """Make a stored generation the table, after showing the difference and asking."""
    found = await copies.read(_progress, _complain)
    good = [one for one in found if not one.fault]
    chosen = next((one for one in good if one.stamp.generation == generation), None)
    if chosen is None:
        raise errors.NotRestoredError(
            f"There is no good copy of generation {generation}: `backups` lists what there is."
        )
    _show(good[0], chosen)
    if not sure and not await asyncio.to_thread(_agrees):
        print("Nothing was changed.")
        return 1
    stamps = [one.stamp for one in (*found, *await copies.newest())]  # a running bot has gone on meanwhile
    highest = chosen.stamp._replace(
        generation=max(stamp.generation for stamp in stamps) + MARGIN, epoch=max(stamp.epoch for stamp in stamps)
    )
    place = await store.put_back(copies, chosen, good[0], highest)
    remember(env_file, *place)
    print(f"Generation {generation} is the table now, stored as generation {highest.generation + 1}.")
    print(f"{store_texts.admin_id(place.chat_id)}\n{store_texts.config_id(place.message_id)}")
    return 0


def _show(newest: StoredCopy, chosen: StoredCopy) -> None:
    for title, one in (("newest", newest), ("chosen", chosen)):
        if one.document:
            counts = ", ".join(f"{name} {count}" for name, count in one.document.counts.items())
            print(f"{title}: generation {one.stamp.generation}, {one.document.saved_at}, {counts}")
    if newest.document and chosen.document:
        for name, count in chosen.document.counts.items():
            print(f"difference in {name}: {count - newest.document.counts.get(name, 0):+}")
    if newest.document and newest.document.away:
        print(MOVED.format(to=newest.document.away.to))


def _agrees() -> bool:
    try:
        return input(QUESTION).strip().lower() in ("y", "yes")
    except EOFError:
        return False


async def _progress(number: int, total: int) -> None:
    if sys.stderr.isatty():
        bar = "#" * (30 * number // total)
        print(f"\rChecking [{bar:<30}] {number}/{total}", end="\n" if number == total else "", file=sys.stderr)


def _complain(message_id: int, error: Exception) -> None:
    print(f"Message {message_id}: {retry.reason(error)}", file=sys.stderr)


async def _run(app: App, settings: Settings, options: Namespace, env_file: Path) -> int:
    bot = new_bot(settings)
    bot.session.middleware(Waiting())
    try:
        store = closed_store(app, bot, settings)
        copies = store.copies()
        await copies.open()
        if options.command == "backups":
            return await backups(app, copies)
        return await restore(store, copies, options.generation, env_file, sure=options.yes)
    finally:
        await bot.session.close()


def run(app: App, settings: Settings, options: Namespace, env_file: Path) -> int:
    """Carry out `options.command`; returns the exit status."""
    start_log("WARNING", Redaction(settings.token), settings.log_format)
    try:
        return asyncio.run(_run(app, settings, options, env_file))
    except errors.NotSetUpError as error:
        print(error, file=sys.stderr)
        return 2
    except FAILURES as error:
        print(retry.reason(error), file=sys.stderr)
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        print("Nothing more was done.", file=sys.stderr)
        return 130
