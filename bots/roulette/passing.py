"""What is passed on in a chat, and which message is the copy of which."""

from dataclasses import dataclass

from bots.roulette import texts
from bots.roulette.acts import Act, Passed, Person
from bots.roulette.pairing import Pair, pair_of

ENOUGH = 5
"""Messages of each after which links may be sent."""

WAITING = 30
"""Messages of one person that may wait for his partner."""

SILENT = 10
"""Seconds in which he is told only once that he is too fast."""

MAPPED = 200
"""Messages of a chat that can be answered, edited and reacted to."""

_ADD = """
INSERT INTO relays (number, chat, sender, source, recipient, answers, album, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_COUNT = "UPDATE pairs SET written = max(written, ?2), of_a = of_a + (a = ?3), of_b = of_b + (b = ?3) WHERE chat = ?1"
_COUNT_HIS = "UPDATE people SET messages = messages + 1 WHERE person = ?"
_WAITING = "SELECT count(*) FROM relays WHERE recipient = ? AND copy = 0 AND sender = ?"
_WARN = "UPDATE people SET warned = ?2 WHERE person = ?1"
_SENT = "SELECT number, copy FROM relays WHERE sender = ? AND source = ? AND chat = ?"
_GOT = "SELECT source FROM relays WHERE recipient = ? AND copy = ? AND chat = ?"
_FORGET = f"""
DELETE FROM relays WHERE chat = ?1 AND copy <> 0 AND number <=
(SELECT number FROM relays WHERE chat = ?1 ORDER BY number DESC LIMIT 1 OFFSET {MAPPED})"""
_UNDELIVERED = """
SELECT number, sender, source, recipient, answers, album FROM relays WHERE copy = 0 ORDER BY number"""
_ARRIVED = "UPDATE relays SET copy = ?2 WHERE number = ?1"
_REFUSED = "DELETE FROM relays WHERE number = ?"
_COPY = "SELECT copy FROM relays WHERE number = ?"


@dataclass(frozen=True)
class Content:
    """A message, but for what stands in it."""

    source: int
    is_passed: bool
    """Whether messages of this kind are passed on."""
    has_link: bool = False
    answers: int = 0
    """The message that it answers, in the sender's chat."""
    album: str = ""
    is_old: bool = False
    """Whether it may have been passed on already, by a process that was killed."""


def pass_on(act: Act, me: Person, pair: Pair, content: Content) -> None:
    """Pass a message on, or say why not."""
    if not content.is_passed:
        act.tell(me.id, texts.KIND)
    elif content.has_link and not may_link(pair):
        act.tell(me.id, texts.LINK)
    elif not content.is_old and _is_fast(act, me.id, pair):
        if me.warned + SILENT <= act.now:
            act.tables.execute(_WARN, (me.id, act.now))
            act.tell(me.id, texts.FAST)
    else:
        _add(act, me.id, pair, content)


def may_link(pair: Pair) -> bool:
    """Whether both have written enough."""
    return min(pair.of_a, pair.of_b) >= ENOUGH


def _is_fast(act: Act, person: int, pair: Pair) -> bool:
    waiting: int = act.tables.execute(_WAITING, (pair.other(person), person)).fetchone()[0]
    return waiting >= WAITING


def _add(act: Act, person: int, pair: Pair, content: Content) -> None:
    tables, recipient = act.tables, pair.other(person)
    answers = counterpart(act, person, content.answers, pair.chat) if content.answers else 0
    number = act.next_relay()
    row = (number, pair.chat, person, content.source, recipient, answers, content.album, act.now)
    if not tables.run(_ADD, row).rowcount:
        return
    tables.run(_COUNT, (pair.chat, act.now, person))
    tables.run(_COUNT_HIS, (person,))
    if number % 16 == 0:
        tables.run(_FORGET, (pair.chat,))
    act.effects.append(Passed(number, person, content.source, recipient, answers, content.album))


def counterpart(act: Act, person: int, message: int, chat: int) -> int:
    """The same message on the partner's side; below 0: the copy of that row, 0: it is not known."""
    row = act.tables.execute(_SENT, (person, message, chat)).fetchone()
    if row:
        return int(row[1] or -row[0])
    row = act.tables.execute(_GOT, (person, message, chat)).fetchone()
    return int(row[0]) if row else 0


def edited(act: Act, person: int, content: Content) -> tuple[int, int]:
    """The partner and the copy of a message that was edited, as in `counterpart`; zeros if nothing is to change."""
    pair = pair_of(act, person)
    row = act.tables.execute(_SENT, (person, content.source, pair.chat)).fetchone() if pair else None
    if pair is None or row is None:
        return 0, 0
    if content.has_link and not may_link(pair):
        act.tell(person, texts.LINK)
        return 0, 0
    return pair.other(person), int(row[1] or -row[0])


def reacted(act: Act, person: int, message: int) -> tuple[int, int]:
    """As `edited`, for a reaction."""
    pair = pair_of(act, person)
    found = counterpart(act, person, message, pair.chat) if pair else 0
    return (pair.other(person), found) if pair and found else (0, 0)


def undelivered(act: Act) -> list[Passed]:
    """What is on its way."""
    return [Passed._make(row) for row in act.tables.execute(_UNDELIVERED)]


def arrived(act: Act, number: int, copy: int) -> None:
    """A message has got there."""
    act.tables.execute(_ARRIVED, (number, copy))


def refused(act: Act, row: Passed) -> None:
    """Telegram does not take it, and never will."""
    act.tables.execute(_REFUSED, (row.number,))
    act.tell(row.sender, texts.KIND)


def forget(act: Act, number: int) -> None:
    """It is there, nobody knows under which number."""
    act.tables.execute(_REFUSED, (number,))


def copy_of(act: Act, found: int) -> int:
    """The message that a counterpart stands for; 0 if there is none."""
    if found >= 0:
        return found
    row = act.tables.execute(_COPY, (-found,)).fetchone()
    return int(row[0]) if row else 0
