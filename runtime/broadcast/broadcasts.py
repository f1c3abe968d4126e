"""Every statement about broadcasts: what goes to whom, how far it has come, and what may be on its way."""

import json
from collections.abc import Sequence

from pinstore import Keeper, Table, Tables, Writer
from runtime.broadcast.mailing import ASKED, CANCELLED, PAUSED, RUNNING, STOPPED, Broadcast
from runtime.people import People

BROADCASTS = Table(
    # `message` of `chat` is copied; `progress` asks the admin whether it shall be and later tells him of it, and
    # `is_told` that it says how all has ended.
    # People up to `cursor` are dealt with, but for those in `waiting`, a JSON array in the order of sending. While
    # `is_open` they may have got their copies since, all of which have message ids above `mark`, and, unless that is 0,
    # below `until`.
    """
    CREATE TABLE broadcasts (
        id INTEGER PRIMARY KEY,
        chat INTEGER NOT NULL,
        message INTEGER NOT NULL,
        progress INTEGER NOT NULL DEFAULT 0,
        status INTEGER NOT NULL DEFAULT 0,
        is_told INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        sent INTEGER NOT NULL DEFAULT 0,
        blocked INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        cursor INTEGER NOT NULL DEFAULT 0,
        waiting TEXT NOT NULL DEFAULT '[]',
        is_open INTEGER NOT NULL DEFAULT 0,
        mark INTEGER NOT NULL DEFAULT 0,
        until INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 0
    )""",
    # Whoever got his copy since an older copy of the table was stored would get it again.
    when_outdated=(
        f"UPDATE broadcasts SET status = {STOPPED}, is_open = 0 WHERE status IN ({RUNNING}, {PAUSED})",
        f"UPDATE broadcasts SET status = {CANCELLED} WHERE status = {ASKED}",
    ),
)

_GOES_ON = f"SELECT 1 FROM broadcasts WHERE status IN ({RUNNING}, {PAUSED})"

_ASK = f"""
INSERT INTO broadcasts (id, chat, message, status)
SELECT (SELECT coalesce(max(id), 0) + 1 FROM broadcasts), ?, ?, {ASKED} WHERE NOT EXISTS ({_GOES_ON})"""

_BEGIN = f"""
UPDATE broadcasts SET status = {RUNNING}
WHERE id = ? AND message = ? AND status = {ASKED} AND NOT EXISTS ({_GOES_ON})"""

_CANCEL = f"UPDATE broadcasts SET status = {CANCELLED} WHERE chat = ? AND message = ? AND status = {ASKED}"

# What can be done in a moment comes before what goes on.
_CURRENT = f"""
SELECT * FROM broadcasts
WHERE status IN ({RUNNING}, {PAUSED}) OR CASE status WHEN {ASKED} THEN progress = 0 ELSE is_told = 0 END
ORDER BY status IN ({RUNNING}, {PAUSED}), id LIMIT 1"""

_STEER = """
UPDATE broadcasts SET status = ?3 WHERE id = ?1 AND status = ?2 AND (?4 = message OR ?4 = 0)"""

_WRITE = """
UPDATE broadcasts SET progress = ?3, is_told = ?4, total = ?5, sent = ?6, blocked = ?7, failed = ?8,
    cursor = ?9, waiting = ?10, is_open = ?11, mark = ?12, until = ?13, version = version + 1
WHERE id = ?1 AND version = ?2"""


class TakenAwayError(Exception):
    """The broadcast in the tables is not the one that was read: the tables are others."""


class Broadcasts:
    """The broadcasts in the tables, one of which goes on at a time."""

    def __init__(self, store: Keeper, people: People) -> None:
        self._store = store
        self._people = people

    @property
    def position(self) -> int:
        """What a save must hold to hold what was written last."""
        return self._store.position

    async def ask(self, chat: int, message: int) -> bool:
        """Note that the admin is to be asked about a message; False if another broadcast goes on."""
        return await self._store.write(lambda tables: tables.change(_ASK, (chat, message))) > 0

    async def begin(self, number: int, message: int) -> bool:
        """Begin to send the message that was asked about; False if it began or was cancelled, or another one goes on.

        A table that was restored may have given the number to another message.
        """
        return await self._store.write(lambda tables: tables.change(_BEGIN, (number, message))) > 0

    async def cancel(self, chat: int, message: int) -> bool:
        """Take back what was asked about a message, as it has changed since; False if nothing was."""
        return await self._store.write(lambda tables: tables.change(_CANCEL, (chat, message))) > 0

    async def steer(
        self,
        number: int,
        before: Sequence[int],
        after: int,
        message: int = 0,
        update: Writer | None = Writer.HANDLED,
    ) -> bool:
        """Change the status from one of `before`; False if it is none of them, or another message than this is sent."""

        async def change(tables: Tables) -> bool:
            for status in before:
                if await tables.change(_STEER, (number, status, after, message)):
                    return True
            return False

        return await self._store.write(change, update=update)

    async def current(self) -> Broadcast | None:
        """The one that goes on, or of which the admin was not asked or whose end he was not told yet."""
        row = await self._store.read(lambda tables: tables.row(_CURRENT))
        if row is None:
            return None
        values = dict(zip(BROADCASTS.columns, row, strict=True))
        return Broadcast(**{**values, "waiting": json.loads(values["waiting"])})

    async def status(self, number: int, message: int = 0) -> int | None:
        """The status of a broadcast, None if there is none of this number, or another message than this is sent."""
        query = "SELECT status FROM broadcasts WHERE id = ?1 AND (?2 = message OR ?2 = 0)"
        row = await self._store.read(lambda tables: tables.row(query, (number, message)))
        return row[0] if row else None

    async def write(self, row: Broadcast) -> None:
        """Keep how far it has come; the status is the admin's. Raises TakenAwayError."""
        counts = (row.total, row.sent, row.blocked, row.failed)
        list_ = (row.cursor, json.dumps(row.waiting), row.is_open, row.mark, row.until)
        values = (row.id, row.version, row.progress, row.is_told, *counts, *list_)
        if not await self._store.write(lambda tables: tables.change(_WRITE, values), update=None):
            raise TakenAwayError
        row.version += 1

    async def take(self, row: Broadcast, number: int) -> bool:
        """Let people after the cursor wait until `number` of them do who are not late; False if there are no more."""
        while row.ready < number:
            found = await self._people.after(row.cursor)
            if not found:
                return False
            for person, is_served in found:
                if row.ready >= number:
                    break
                row.cursor = person
                if is_served:
                    row.add(person)
        return True
