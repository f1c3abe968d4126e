"""Who talks to whom: searches, chats of two, and their ends."""

from typing import NamedTuple

from bots.roulette import texts
from bots.roulette.acts import Act, Dropped, Person
from runtime.languages import Phrase

AGAIN = 20
"""Seconds after which two who wait may get each other again."""

KEPT = 10
"""Messages of each that a chat leaves behind, for who reports it within a day."""

# `?1` is who seeks, then me, wants, tongue, anyone, last, interests. The ids of those apart are gathered once.
_FITS = """
SELECT person FROM searches s WHERE (?3 = 0 OR me = ?3) AND (wants = 0 OR wants = ?2)
AND (tongue = ?4 OR (anyone = 1 AND ?5 = 1)) AND person NOT IN (?1, ?6) AND last <> ?1
AND (?7 = 0 OR interests & ?7 <> 0)
AND person NOT IN (SELECT whom FROM apart WHERE who = ?1 UNION ALL SELECT who FROM apart WHERE whom = ?1)
ORDER BY number LIMIT 1"""

_SEARCH = """
INSERT INTO searches (number, person, since, tongue, me, wants, anyone, interests, last)
SELECT coalesce((SELECT max(number) FROM searches), 0) + 1, ?, ?, ?, me, wants, anyone, interests, last
FROM people WHERE person = ?"""

_TONGUE = "UPDATE searches SET tongue = ?2 WHERE person = ?1"
_FOUND = "DELETE FROM searches WHERE person IN (?, ?)"
_STOP = "DELETE FROM searches WHERE person = ?"
_JOIN = "INSERT INTO pairs (chat, a, b, written) VALUES (?, ?, ?, ?)"
_PAIR = "SELECT chat, a, b, written, of_a, of_b FROM pairs WHERE a = ?1 OR b = ?1"
_END = "DELETE FROM pairs WHERE chat = ?"
_NOTE = "UPDATE people SET last = ?, chat = ?, ended = ? WHERE person = ?"
_LEAVE = f"""
DELETE FROM relays WHERE chat = ?1 AND sender = ?2 AND copy <> 0 AND number <=
(SELECT number FROM relays WHERE chat = ?1 AND sender = ?2 ORDER BY number DESC LIMIT 1 OFFSET {KEPT})"""
_UNDELIVERED = "DELETE FROM relays WHERE recipient = ? AND copy = 0"

_ONCE_MORE = """
SELECT x.person, y.person FROM searches x JOIN searches y ON y.person = x.last
WHERE x.since <= ?1 AND y.since <= ?1
AND (x.wants = 0 OR x.wants = y.me) AND (y.wants = 0 OR y.wants = x.me)
AND (x.tongue = y.tongue OR (x.anyone = 1 AND y.anyone = 1))
AND NOT EXISTS (SELECT 1 FROM apart WHERE who = x.person AND whom = y.person)
AND NOT EXISTS (SELECT 1 FROM apart WHERE who = y.person AND whom = x.person)
ORDER BY max(x.number, y.number), min(x.number, y.number) LIMIT 1"""

_TOO_LONG = "SELECT person FROM searches WHERE since <= ? ORDER BY number"
_SILENT = "SELECT a FROM pairs WHERE written <= ? ORDER BY chat"


class Pair(NamedTuple):
    """A chat of two."""

    chat: int
    a: int
    b: int
    written: int
    of_a: int
    of_b: int

    def other(self, person: int) -> int:
        """The partner."""
        return self.b if person == self.a else self.a


def pair_of(act: Act, person: int) -> Pair | None:
    """The chat that he is in."""
    row = act.tables.execute(_PAIR, (person,)).fetchone()
    return Pair._make(row) if row else None


def seek(act: Act, me: Person) -> None:
    """Find him a partner, or have him wait for one."""
    if not match(act, me):
        act.tables.execute(_SEARCH, (me.id, act.now, me.code, me.id))
        act.tell(me.id, texts.SEARCHING)


def retune(act: Act, me: Person) -> None:
    """He speaks another language while he waits: somebody may wait who speaks it."""
    if act.tables.execute(_TONGUE, (me.id, me.code)).rowcount:
        match(act, me)


def match(act: Act, me: Person) -> bool:
    """Bring him together with the first who fits, best with one who likes the same; False if there is nobody."""
    partner = first(act, me, me.interests) if me.interests else None
    partner = partner or first(act, me, 0)
    if partner is not None:
        join(act, me.id, partner)
    return partner is not None


def first(act: Act, me: Person, interests: int) -> int | None:
    """Who waits longest of those who fit, and shares one of these interests if there are any."""
    wishes = (me.id, me.me, me.wants, me.code, me.anyone, me.last, interests)
    row = act.tables.execute(_FITS, wishes).fetchone()
    return row[0] if row else None


def join(act: Act, one: int, other: int) -> None:
    """Let two talk."""
    act.tables.execute(_FOUND, (one, other))
    act.tables.execute(_JOIN, (act.next_chat(), one, other, act.now))
    first_one, second = act.person(one), act.person(other)
    shared = first_one.interests & second.interests
    for person in (first_one, second):
        act.put(person.id, texts.common(shared, person.code))


def leave(act: Act, person: int, mine: Phrase | None, theirs: Phrase | None) -> bool:
    """End the chat that he is in, and tell both; False if he is in none."""
    pair = pair_of(act, person)
    if pair is None:
        return False
    act.tables.execute(_END, (pair.chat,))
    for one in (pair.a, pair.b):
        act.tables.execute(_NOTE, (pair.other(one), pair.chat, act.now, one))
        act.tables.execute(_LEAVE, (pair.chat, one))
    for one, phrase in ((person, mine), (pair.other(person), theirs)):
        if phrase is not None:
            act.tell(one, phrase)
    return True


def stop_search(act: Act, person: int) -> bool:
    """Let him wait no more; False if he does not."""
    return act.tables.execute(_STOP, (person,)).rowcount > 0


def vanish(act: Act, person: int) -> None:
    """He takes no messages: he waits no more, and his partner hears that he cannot be reached."""
    stop_search(act, person)
    leave(act, person, None, texts.GONE)
    act.tables.execute(_UNDELIVERED, (person,))
    act.effects.append(Dropped(person))


def once_more(act: Act) -> None:
    """Bring together last partners who have both waited long enough."""
    while row := act.tables.execute(_ONCE_MORE, (act.now - AGAIN,)).fetchone():
        join(act, *row)


def give_up(act: Act, search: float, idle: float) -> None:
    """End searches and chats that have lasted too long, in seconds."""
    for (person,) in act.tables.execute(_TOO_LONG, (act.now - search,)).fetchall():
        stop_search(act, person)
        act.tell(person, texts.NOBODY)
    for (person,) in act.tables.execute(_SILENT, (act.now - idle,)).fetchall():
        leave(act, person, texts.SILENCE, texts.SILENCE)
