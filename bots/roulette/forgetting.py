"""What is deleted: all of somebody who asks for it, and what has grown old."""

from bots.roulette import texts
from bots.roulette.acts import Act
from bots.roulette.bans import DAY
from bots.roulette.pairing import leave, stop_search

_HIS = (
    "DELETE FROM people WHERE person = ?1",
    "UPDATE people SET last = 0, chat = 0 WHERE last = ?1 AND last <> 0",
    "UPDATE searches SET last = 0 WHERE last = ?1",
    "DELETE FROM relays WHERE sender = ?1",
    "DELETE FROM relays WHERE recipient = ?1",
    "DELETE FROM apart WHERE who = ?1",
    "DELETE FROM screens WHERE person = ?1",
    "DELETE FROM bans WHERE person = ?1 AND until <= ?2",
)

_OLD = (
    # Whoever has a chat keeps its map; what an ended one has left can be reported for a day.
    (f"DELETE FROM relays WHERE at <= ? - 2 * {DAY} AND copy <> 0 AND chat NOT IN (SELECT chat FROM pairs)"),
    (f"UPDATE reports SET seen = '' WHERE at <= ? - 30 * {DAY} AND seen <> ''"),
    (f"DELETE FROM screens WHERE at <= ? - 7 * {DAY}"),
    (f"DELETE FROM bans WHERE until <= ? - {DAY}"),
    ("DELETE FROM people WHERE accepted = 0 AND underage <= ?"),
)


def delete(act: Act, person: int) -> None:
    """Delete everything of somebody but what protects others."""
    code = act.person(person).code
    leave(act, person, None, texts.LEFT)
    stop_search(act, person)
    for statement in _HIS:
        act.tables.execute(statement, (person, act.now) if "?2" in statement else (person,))
    act.part(person, texts.DELETED, code)


def clear(act: Act) -> None:
    """Delete what nobody needs any more."""
    for statement in _OLD:
        act.tables.execute(statement, (act.now,))
