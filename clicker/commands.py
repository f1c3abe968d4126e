"""What a person does with the stored copies from a terminal: `backups` lists them, `restore` takes one."""

import asyncio
import sys
from argparse import Namespace
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from clicker import texts
from clicker.backup.document import DocumentError, Stamp
from clicker.backup.history import History, Lengths
from clicker.backup.keeper import Keeper
from clicker.backup.pointer import Place, Pointer
from clicker.backup.reader import Copy, Found, NotRestoredError, Reader
from clicker.backup.register import Register
from clicker.backup.vault import Held, MissingError, Vault, VaultError
from clicker.database import Database
from clicker.logs import Redaction, start_log
from clicker.patience import TRANSIENT, patiently, reason
from clicker.session import new_bot
from clicker.settings import Settings, SettingsError, remember
from clicker.tables import TABLES

QUESTION = "Make this the table? A running bot ends and has to be started again. [y/N] "
BEFORE = "before"
"""The pointer's line for the copy that a restore has replaced, so that it can be taken back."""

MARGIN = 10
"""Generations left free below a restored copy for saves that a running bot has under way."""

COLUMNS = "{:>10}  {:<20}  {:>10}  {:>12}  {:>12}  {}"


class Copies:
    """The messages that may hold a copy, read one after the other."""

    def __init__(self, bot: Bot, settings: Settings) -> None:
        self.bot = bot
        self.settings = settings
        self.pointer = Pointer(bot)
        self.replaced = 0

    async def open(self, attempts: int | None = None) -> None:
        """Find the backup chat. Raises SettingsError if there is none."""
        await patiently(self.pointer.read, attempts, what="getMyCommands")
        chat_id = self.settings.admin_id or (self.pointer.place.chat_id if self.pointer.place else None)
        if chat_id is None:
            raise SettingsError("ADMIN_ID is not set and this bot has no backup yet: set it up with `admin` first.")
        self.vault = Vault(self.bot, chat_id)
        self.reader = Reader(self.vault, TABLES)

    @property
    def _is_pointed(self) -> bool:
        place = self.pointer.place
        return place is not None and place.chat_id == self.vault.chat_id

    async def newest(self) -> list[Found]:
        """The copies of which one is the newest."""
        found: list[Found] = []
        for message_id in await self.heads():
            with suppress(MissingError):
                found.append(await patiently(lambda: self.reader.find(message_id)))  # noqa: B023
        return found

    async def heads(self) -> list[int]:
        """The pinned message and those of settings and pointer: one of them holds the newest copy; each once."""
        pinned = await patiently(self.vault.pinned)
        ids = [pinned.message_id if pinned and pinned.file_id else None, self.settings.config_id]
        ids += [self.pointer.place.message_id] if self.pointer.place and self._is_pointed else []
        return list(dict.fromkeys(message for message in ids if message))

    async def messages(self) -> list[int]:
        """Where the newest copy may lie, then the history; each once."""
        ids: list[int] = await self.heads()
        if self._is_pointed:
            rings = History(Lengths.read(self.settings.history), self.pointer.rings).rings
            rings[BEFORE] = self.pointer.rings.get(BEFORE, [])
            ids += [message for ring in rings.values() for message in ring]
        return list(dict.fromkeys(message for message in ids if message))

    async def read(self) -> list[Found]:
        """Read and check each copy, newest first; one that is not good has a `fault`."""
        found: list[Found] = []
        messages = await self.messages()
        for number, message_id in enumerate(messages, 1):
            _progress(number, len(messages))
            try:
                one = await patiently(lambda: self.reader.find(message_id))  # noqa: B023
                found.append(await self._check(one))
            except (MissingError, NotRestoredError) as error:
                print(f"Message {message_id}: {error}", file=sys.stderr)
        found.sort(key=lambda one: one.stamp.generation, reverse=True)
        if found and (before := found[0].previous):
            with suppress(DocumentError, MissingError):  # a courtesy: it has no message of its own
                found.insert(1, await self._check(await patiently(lambda: self.reader.before(before))))
        return found

    async def _check(self, one: Found) -> Found:
        """Load it and let it go again: a large table would not fit into memory many times."""
        try:
            (await patiently(lambda: self.reader.load(one))).loader.close()
        except (DocumentError, MissingError) as error:
            return replace(one, fault=str(error))
        return one


async def backups(copies: Copies) -> int:
    """List what is stored."""
    print(COLUMNS.format("generation", "saved at (UTC)", "players", "clicks", "bytes", "state"))
    for found in await copies.read():
        document = found.document
        counts = document.counts if document else {}
        size = found.size + sum(part.bytes for part in document.parts) if document else found.size
        row = (document.saved_at if document else "?", counts.get("users", "?"), counts.get("clicks", "?"), size)
        print(COLUMNS.format(found.stamp.generation, *row, f"NOT GOOD: {found.fault}" if found.fault else "good"))
    return 0


async def restore(copies: Copies, generation: int, env_file: Path, *, sure: bool) -> int:
    """Make a stored generation the table, after showing the difference and asking."""
    found = await copies.read()
    good = [one for one in found if not one.fault]
    chosen = next((one for one in good if one.stamp.generation == generation), None)
    if chosen is None:
        raise NotRestoredError(f"There is no good copy of generation {generation}: `backups` lists what there is.")
    _show(good[0], chosen)
    if not sure and not await asyncio.to_thread(_agrees):
        print("Nothing was changed.")
        return 1
    copies.replaced = good[0].held.message_id
    stamps = [one.stamp for one in (*found, *await copies.newest())]  # a running bot has gone on meanwhile
    highest = Stamp(max(stamp.generation for stamp in stamps) + MARGIN, max(stamp.epoch for stamp in stamps))
    place = await _write(copies, await patiently(lambda: copies.reader.load(chosen)), highest, env_file)
    print(f"Generation {generation} is the table now, stored as generation {highest.generation + 1}.")
    print(f"{texts.admin_id(place.chat_id)}\n{texts.config_id(place.message_id)}")
    return 0


async def _write(copies: Copies, chosen: Copy, highest: Stamp, env_file: Path) -> Place:
    """Store the copy anew, above everything that is there; the message of today's newest copy stays as it is."""

    async def on_moved(place: Place, _: bool) -> None:
        remember(env_file, *place)
        await patiently(lambda: copies.pointer.write(place, {BEFORE: [copies.replaced]}))

    async def on_committed(_: Vault, __: Held) -> None:
        """The history goes on with the next save of the bot."""

    database = Database(TABLES)
    keeper = Keeper(
        database,
        Register(copies.bot),
        describe=texts.backup_caption,
        on_stored=lambda _: None,
        on_moved=on_moved,
        on_committed=on_committed,
    )
    await keeper.take_over(copies.vault, chosen, highest)
    await asyncio.to_thread(keeper.save, last=True)
    return keeper.place


def _show(newest: Found, chosen: Found) -> None:
    for title, one in (("newest", newest), ("chosen", chosen)):
        if one.document:
            counts = ", ".join(f"{name} {count}" for name, count in one.document.counts.items())
            print(f"{title}: generation {one.stamp.generation}, {one.document.saved_at}, {counts}")
    if newest.document and chosen.document:
        for name, count in chosen.document.counts.items():
            print(f"difference in {name}: {count - newest.document.counts.get(name, 0):+}")


def _agrees() -> bool:
    try:
        return input(QUESTION).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _progress(number: int, total: int) -> None:
    if sys.stderr.isatty():
        bar = "#" * (30 * number // total)
        print(f"\rChecking [{bar:<30}] {number}/{total}", end="\n" if number == total else "", file=sys.stderr)


async def _run(settings: Settings, options: Namespace) -> int:
    bot = new_bot(settings)
    try:
        copies = Copies(bot, settings)
        await copies.open()
        if options.command == "backups":
            return await backups(copies)
        return await restore(copies, options.generation, options.env_file, sure=options.yes)
    finally:
        await bot.session.close()


def run(settings: Settings, options: Namespace) -> int:
    """Carry out `options.command`; returns the exit status."""
    start_log("WARNING", Redaction(settings.token), settings.log_format)
    try:
        return asyncio.run(_run(settings, options))
    except (NotRestoredError, DocumentError, SettingsError, VaultError, TelegramAPIError, *TRANSIENT) as error:
        print(reason(error), file=sys.stderr)
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        print("Nothing more was done.", file=sys.stderr)
        return 130
