"""Who is banned, until when and why."""

import time
from typing import NamedTuple

from bots.roulette import texts
from bots.roulette.acts import Act
from bots.roulette.pairing import leave, stop_search
from bots.roulette.tables import FOREVER

DAY = 86_400

_BAN = """
INSERT INTO bans (person, until, reason, report) VALUES (?, ?, ?, ?)
ON CONFLICT (person) DO UPDATE
SET until = excluded.until, reason = excluded.reason, appealed = 0, report = excluded.report"""
_BANNED = "SELECT until, reason, appealed, report FROM bans WHERE person = ? AND until > ?"
_LIFT = "DELETE FROM bans WHERE person = ?"
_APPEAL = "UPDATE bans SET appealed = 1 WHERE person = ?"


class Ban(NamedTuple):
    """A ban in force."""

    until: int
    reason: int
    appealed: int = 0
    report: int = 0
    """The report that has banned him by itself; 0 if the moderator has."""


def ban_of(act: Act, person: int) -> Ban | None:
    """The ban that he is under now."""
    row = act.tables.execute(_BANNED, (person, act.now)).fetchone()
    return Ban._make(row) if row else None


def ban(act: Act, person: int, days: int, reason: int, report: int = 0) -> None:
    """Ban him for so many days, 0: for ever; his chat ends, his search too. See `Ban` for `report`."""
    until = act.now + days * DAY if days else FOREVER
    act.tables.execute(_BAN, (person, until, reason, report))
    leave(act, person, None, texts.LEFT)
    stop_search(act, person)
    tell(act, person, Ban(until, reason))


def tell(act: Act, person: int, ban: Ban) -> None:
    """Tell him until when and why."""
    reason = texts.say(texts.REASONS[ban.reason], act.person(person).code)
    if ban.until >= FOREVER:
        act.tell(person, texts.BANNED_FOR_EVER, reason=reason)
    else:
        until = time.strftime("%d.%m.%Y %H:%M", time.gmtime(ban.until))
        act.tell(person, texts.BANNED, until=until, reason=reason)


def lift(act: Act, person: int) -> bool:
    """Let him in again; False if he is not banned."""
    is_banned = ban_of(act, person) is not None
    act.tables.execute(_LIFT, (person,))
    if is_banned:
        act.tell(person, texts.UNBANNED)
    return is_banned


def appeal(act: Act, person: int, why: str) -> str:
    """Ask for another look at a ban, once; returns what the moderator is to read, "" if nothing."""
    found = ban_of(act, person)
    if found is None:
        act.tell(person, texts.NOT_BANNED)
    elif found.appealed:
        act.tell(person, texts.APPEAL_TWICE)
    elif not why:
        act.tell(person, texts.APPEAL_HOW)
    else:
        act.tables.execute(_APPEAL, (person,))
        act.tell(person, texts.APPEAL_SENT)
        return why
    return ""
