"""What is done with all tables between two saves: they are exchanged, or copied."""

from collections.abc import Callable

from pinstore.copies.found import LoadedCopy
from pinstore.copies.snapshot import Taken, take
from pinstore.keeping.keeper import Keeper
from pinstore.memory.changes import begin_run

EXCHANGES = 5
"""Saves before an exchange, at most, until one is not overtaken by a tap."""


def exchange(keeper: Keeper, copy: LoadedCopy, on_exchanged: Callable[[int], None]) -> None:
    """Make `copy` the table of this process, which owns the backup; blocks. The next save writes it anew.

    What it replaces is stored before and stays in its message, whose id `on_exchanged` gets, in this thread.
    Raises what `Keeper.save` raises; then nothing has changed.
    """
    copy.loader.outdate()
    with keeper.turn() as saver:
        for left in reversed(range(EXCHANGES)):
            if keeper.stored.is_dirty:
                saver.save(force=True)
            replaced = keeper.place.message_id
            if keeper.database.exchange(copy.loader.connection, keeper.stored.position if left else None):
                break
        keeper.stored.exchange(copy)
        on_exchanged(replaced)


def copy_rows(keeper: Keeper, copy: Callable[[], None]) -> Taken:
    """Have `copy` read all rows in short turns, and return what has changed since it began; blocks.

    Both together are exact at one instant. `copy` is called again if marks of what changed were dropped meanwhile.
    """
    while True:
        with keeper.turn():
            era, mark = keeper.stored.era, begin_run(keeper.database)
        copy()
        with keeper.turn():
            if era == keeper.stored.era:
                return take(keeper.database, mark)
