"""What is done with all tables between two saves: they are exchanged, taken from somewhere else, or copied."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from pinstore.chat.notes import BEFORE
from pinstore.chat.vault import Vault
from pinstore.copies.document import Stamp
from pinstore.copies.draft import Draft, Taken
from pinstore.copies.found import LoadedCopy
from pinstore.keeping.saver import Saver
from pinstore.memory.changes import begin_run

EXCHANGES = 5
"""Saves before an exchange, at most, until one is not overtaken by a tap."""

REPLACED = 5
"""Copies that an exchange has replaced and that stay listed, newest first."""


def exchange(saver: Saver, copy: LoadedCopy) -> None:
    """Make `copy` the table of this process, which owns the backup; blocks. The next save writes it anew.

    What it replaces is stored before and stays in its message. Raises what a save raises; then nothing has changed.
    """
    stored, database, locator = saver.stored, saver.stored.database, saver.locator
    copy.loader.outdate()
    with saver.turn():
        for left in reversed(range(EXCHANGES)):
            if stored.is_dirty:
                saver.store(force=True)
            replaced = stored.place.message_id
            if database.exchange(copy.loader.connection, stored.position if left else None):
                break
        stored.exchange(copy)
        locator.will_note(BEFORE, [replaced, *locator.noted(BEFORE)][:REPLACED])
        database.look(saver.listener.exchanged)


async def take_over(saver: Saver, vault: Vault, copy: LoadedCopy, highest: Stamp) -> None:
    """Make `copy` the table; the next save writes it anew, above `highest` in generation and epoch."""
    saver.enter_loop()
    copy.loader.outdate()
    saver.stored.adopt(vault, replace(copy, held=None))
    saver.stored.away = None  # whoever takes a copy means to serve it
    await saver.stored.owner.take_over(highest)


async def take_in(saver: Saver, vault: Vault, copy: LoadedCopy) -> None:
    """Make a copy that lies in somebody else's message the table, in a new document of this process."""
    await take_over(saver, vault, copy, copy.stamp)
    await asyncio.to_thread(saver.save, force=True, anew=True)
    saver.stored.owner.taken()


def copy_rows(saver: Saver, copy: Callable[[], None]) -> Taken:
    """Have `copy` read all rows in short turns, and return what has changed since it began; blocks.

    Both together are exact at one instant. `copy` is called again if marks of what changed were dropped meanwhile.
    """
    stored = saver.stored
    while True:
        with saver.turn():
            era, mark = stored.era, begin_run(stored.database)
        copy()
        with saver.turn():
            if era == stored.era:
                return Draft(stored.database).take(mark)
