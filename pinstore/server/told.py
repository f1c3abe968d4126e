"""What chats were told: each hears once a second with a burst of three, whichever replica speaks to it.

Rows are locked in the order of their chats, so that replicas do not lock each other out.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from pinstore.memory.tables import Tables
from pinstore.postgres.database import LAZILY

GAP, BURST = 1.05, 3
"""Seconds from one message to a chat to the next, and how many may go at once (core.telegram.org/bots/faq)."""

GROUP_GAP, GROUP_BURST = 4.0, 5
"""The same for groups: twenty in whatever minute."""

AGAIN = 1.02
"""Seconds between two numbers that a chat is told."""

LATE = 2.5
"""Seconds after which a number that nobody has told is told by whoever looks for such: its replica has ended."""

UNDER_WAY = 5.0
"""Seconds after which a number counts as not told whose replica has not heard yet what became of its message."""

_BURST = f"(CASE WHEN told.chat > 0 THEN {GAP * (BURST - 1)} ELSE {GROUP_GAP * (GROUP_BURST - 1)} END)"
_MAY = f"told.due <= clock_timestamp() + {_BURST} * interval '1 second'"
_NUMBER_MAY = f"told.said <= clock_timestamp() - {AGAIN} * interval '1 second' AND {_MAY}"
_NEXT = f"(CASE WHEN told.chat > 0 THEN {GAP} ELSE {GROUP_GAP} END) * interval '1 second'"

# Who comes late with a number is not told it after a higher one.
_SAY = f"""
INSERT INTO told (chat, due, said, number)
SELECT chat, clock_timestamp() + {GAP} * interval '1 second', clock_timestamp(), number
FROM unnest(?1::bigint[], ?2::bigint[]) AS came (chat, number) ORDER BY chat
ON CONFLICT (chat) DO UPDATE SET due = greatest(told.due, clock_timestamp()) + {_NEXT}, said = clock_timestamp(),
    number = excluded.number, owed = NULL, since = NULL, until = NULL
WHERE told.number < excluded.number AND {_NUMBER_MAY}
RETURNING chat"""

# It stays owed until it is known to have come there.
_SAY_OWED = f"""
INSERT INTO told (chat, due, said, number, owed, since, until)
SELECT chat, clock_timestamp() + {GAP} * interval '1 second', clock_timestamp(), number, owed, clock_timestamp(),
    clock_timestamp() + {UNDER_WAY} * interval '1 second'
FROM unnest(?1::bigint[], ?2::bigint[], ?3::text[]) AS came (chat, number, owed) ORDER BY chat
ON CONFLICT (chat) DO UPDATE SET due = greatest(told.due, clock_timestamp()) + {_NEXT}, said = clock_timestamp(),
    number = excluded.number, owed = excluded.owed, since = excluded.since, until = excluded.until
WHERE told.number < excluded.number AND {_NUMBER_MAY}
RETURNING chat, until"""

# Whoever has written to the row since then has `until` be another one.
_HEARD = f"""
UPDATE told SET owed = CASE WHEN own.pause > 0 THEN told.owed END, since = CASE WHEN own.pause > 0 THEN told.since END,
    until = CASE WHEN own.pause > 0 THEN clock_timestamp() + (own.pause + {LATE}) * interval '1 second' END
FROM {LAZILY}, (
    SELECT told.chat, pause
    FROM told JOIN unnest(?1::bigint[], ?2::timestamptz[], ?3::float8[]) AS came (chat, until, pause)
    ON came.chat = told.chat AND came.until = told.until ORDER BY told.chat FOR UPDATE OF told
) AS own WHERE told.chat = own.chat AND lazy.level = 'off'"""

_OWE = """
INSERT INTO told (chat, due, owed, since)
SELECT chat, '-infinity'::timestamptz, owed, clock_timestamp()
FROM unnest(?1::bigint[], ?2::text[]) AS came (chat, owed) ORDER BY chat
ON CONFLICT (chat) DO UPDATE SET owed = excluded.owed, since = clock_timestamp(), until = NULL"""

_AGAIN = """
UPDATE told SET number = -1 FROM (
    SELECT told.chat, above FROM told JOIN unnest(?1::bigint[], ?2::bigint[]) AS came (chat, above)
    ON came.chat = told.chat ORDER BY told.chat FOR UPDATE OF told
) AS own WHERE told.chat = own.chat AND told.number > own.above"""

_HOLD = "SELECT FROM told WHERE chat = ANY (?1::bigint[]) ORDER BY chat FOR UPDATE"

_NUMBERS = "SELECT chat, number FROM told WHERE chat = ANY (?1::bigint[])"

_SETTLED = """
UPDATE told SET owed = NULL, since = NULL
FROM (
    SELECT chat FROM told WHERE chat = ANY (?1::bigint[]) AND owed IS NOT NULL AND until IS NULL
    ORDER BY chat FOR UPDATE
) AS own WHERE told.chat = own.chat"""

_OWED = f"""
SELECT chat, owed, until IS NOT NULL FROM told
WHERE owed IS NOT NULL AND since < clock_timestamp() - {LATE} * interval '1 second'
AND (until IS NULL OR until < clock_timestamp())
ORDER BY since LIMIT 200"""

_TURN = f"""
INSERT INTO told (chat, due, said)
SELECT chat, clock_timestamp() + gap * interval '1 second',
    CASE WHEN is_number THEN clock_timestamp() ELSE '-infinity' END
FROM {LAZILY}, unnest(?1::bigint[], ?2::float8[], ?3::boolean[]) AS came (chat, gap, is_number)
WHERE lazy.level = 'off' ORDER BY chat
ON CONFLICT (chat) DO UPDATE SET due = greatest(told.due, clock_timestamp()) + {_NEXT},
    said = greatest(told.said, excluded.said)
WHERE {_MAY} AND (excluded.said = '-infinity' OR told.said <= clock_timestamp() - {AGAIN} * interval '1 second')
RETURNING chat"""


_CLEAR = """
DELETE FROM told WHERE ctid IN (
    SELECT ctid FROM told WHERE owed IS NULL AND due < clock_timestamp() - interval '1 hour' LIMIT 5000)"""


UNSEEN = -1
"""Whatever was told, nobody may have seen it."""


class Word(NamedTuple):
    """A number for a chat, and what is kept of it should it not be told now."""

    chat: int
    number: int
    kept: str
    above: int | None = None
    """Of a number higher than this nobody knows whether it has been seen last: it is told once more."""


async def tell(tables: Tables, words: Sequence[Word], most: int) -> set[int]:
    """The chats that are told theirs now, on an answer, at most so many; the others are owed it.

    Of an update that has come again nobody knows which of its answers gets to Telegram: none tells anything.
    """
    words = sorted(words, key=lambda word: word.chat)
    await _doubt(tables, words)
    first = [word for word in words if word.above is None]
    now, later = first[:most], [*first[most:], *(word for word in words if word.above is not None)]
    told = set[int]()
    if now:
        values = [word.chat for word in now], [word.number for word in now]
        told = {chat for (chat,) in await tables.fetch(_SAY, values)}
    if rest := [word for word in (*now, *later) if word.chat not in told]:
        await tables.change(_OWE, ([word.chat for word in rest], [word.kept for word in rest]))
    return told


class Heard(NamedTuple):
    """What has become of the message to a chat that was owed a number."""

    chat: int
    until: datetime
    """As `catch_up` gave it."""
    pause: float
    """Seconds until it is tried again, 0 if it is done with."""


async def hold(tables: Tables, chats: Collection[int]) -> None:
    """Whoever counts for these chats meanwhile owes them a number when this is through, and is not overlooked."""
    await tables.fetch(_HOLD, (list(chats),))


async def catch_up(tables: Tables, words: Sequence[Word]) -> tuple[Mapping[int, datetime], set[int]]:
    """Of chats on `hold` that are owed a number: those told it now, until when, and those that wait for their time.

    What becomes of the message is to be `heard` until then, or somebody else tells the number again.
    """
    words = sorted(words, key=lambda word: word.chat)
    await _doubt(tables, words)
    values = [word.chat for word in words], [word.number for word in words]
    told: Mapping[int, datetime] = dict(await tables.fetch(_SAY_OWED, (*values, [word.kept for word in words])))
    known: Mapping[int, int] = dict(await tables.fetch(_NUMBERS, (values[0],)))
    waiting = {word.chat for word in words if word.chat not in told and known.get(word.chat, -1) < word.number}
    if done := [word.chat for word in words if word.chat not in told and word.chat not in waiting]:
        await tables.change(_SETTLED, (done,))
    return told, waiting


async def _doubt(tables: Tables, words: Sequence[Word]) -> None:
    if again := {word.chat: word.above for word in words if word.above is not None}:
        await tables.change(_AGAIN, (list(again), list(again.values())))


async def heard(tables: Tables, messages: Sequence[Heard]) -> None:
    """Strike off what has come there; a crash of the server may forget it, and it is told once more."""
    await tables.change(_HEARD, tuple(map(list, zip(*messages, strict=True))))


async def owed(tables: Tables) -> Sequence[tuple[int, str, bool]]:
    """What chats wait for whose replica has ended, it seems; whether it may have said so already."""
    return await tables.fetch(_OWED)


async def turns(tables: Tables, wanted: Mapping[int, bool]) -> set[int]:
    """Of these, the chats that may have a message now, a number or not; a crash of the server may forget it."""
    ordered = sorted(wanted)
    gaps = [GAP if chat > 0 else GROUP_GAP for chat in ordered]
    return {chat for (chat,) in await tables.fetch(_TURN, (ordered, gaps, [wanted[chat] for chat in ordered]))}


async def clear(tables: Tables) -> int:
    """Forget some chats that were told nothing for an hour; how many."""
    return await tables.change(_CLEAR)
