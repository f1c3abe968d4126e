"""Deciding about ads: the first decision wins."""

import logging
from collections.abc import Sequence

from aiogram.types import ForceReply

from bots.bazaar import ads, cards, group, notices, posts, texts
from bots.bazaar.ads import PENDING, REJECTED, Ad
from bots.bazaar.calls import SendText
from bots.bazaar.fields import number_in
from bots.bazaar.visit import Visit
from pinstore import Tables
from runtime.outbox.calls import Call

log = logging.getLogger(__name__)

REASON = "reason"
"""What somebody is asked who rejects an ad; its number and version stand after it."""

LONGEST = 300

_IS = "SELECT count(*) FROM moderators WHERE person = ?"
_ALL = "SELECT person FROM moderators ORDER BY person"
_ADD = "INSERT INTO moderators (person) VALUES (?) ON CONFLICT DO NOTHING"
_DROP = "DELETE FROM moderators WHERE person = ?"
_KNOWN = "SELECT count(*) FROM users WHERE person = ?"


def is_named(tables: Tables, person: int) -> bool:
    """Whether the admin has named him."""
    return bool(tables.execute(_IS, (person,)).fetchone()[0])


def may(visit: Visit) -> bool:
    """Whether somebody may decide in his private chat."""
    return visit.me.id == visit.bazaar.admin or is_named(visit.tables, visit.me.id)


def named(tables: Tables) -> Sequence[int]:
    """Whom the admin has named."""
    return [row[0] for row in tables.execute(_ALL).fetchall()]


def chats(visit: Visit) -> Sequence[int]:
    """Where ads are decided."""
    if there := group.of(visit.tables, visit.bazaar.settings):
        return [there]
    admin = visit.bazaar.admin
    return [admin, *(person for person in named(visit.tables) if person != admin)]


def name(tables: Tables, person: int) -> bool:
    """Make somebody a moderator; False if he has not started the bot."""
    if not tables.execute(_KNOWN, (person,)).fetchone()[0]:
        return False
    tables.execute(_ADD, (person,))
    return True


def dismiss(tables: Tables, person: int) -> bool:
    """Make him one no more; False if he was none."""
    return tables.execute(_DROP, (person,)).rowcount > 0


def is_open(ad: Ad | None, version: int | None) -> bool:
    """Whether this version of an ad is still to be decided; None for whatever version there is."""
    return ad is not None and ad.state == PENDING and version in (None, ad.version)


def approve(visit: Visit, number: int, version: int, chat: int) -> None:
    """Have it printed."""
    ad = ads.find(visit.tables, number)
    if ad is None or not is_open(ad, version):
        _late(visit, chat)
        return
    posts.approve(visit.tables, ad)
    cards.end(visit.tables, number, texts.say(texts.APPROVED_BY, texts.CYRILLIC, who=visit.me.first_name))


def _late(visit: Visit, chat: int) -> None:
    """It is decided already; a card that came twice after a crash has its buttons still."""
    visit.warn(texts.DECIDED)
    visit.strip(chat)


def ask_reason(visit: Visit, number: int, version: int, chat: int) -> None:
    """Ask why it is rejected; it stays undecided until then."""
    if not is_open(ads.find(visit.tables, number), version):
        _late(visit, chat)
        return
    if chat == visit.me.id:
        visit.me.asking = f"{REASON} {number} {version}"
    text = visit.say(texts.ASK_REASON, n=number)
    call = SendText(chat_id=chat, text=text, reply_markup=ForceReply(force_reply=True))
    visit.answers.append((chat, Call(method=call)))


def asked_by(text: str | None) -> int | None:
    """The number of the ad for which a message of the bot asks the reason; an ad may say something like it."""
    for code in texts.CODES:
        before, after = texts.say(texts.ASK_REASON, code, n="\n").split("\n")
        if text and text.startswith(before) and text.endswith(after):
            return number_in(text[len(before) : -len(after)])
    return None


def reject(visit: Visit, number: int, version: int | None, reason: str, chat: int) -> None:
    """Reject it with a reason."""
    ad = ads.find(visit.tables, number)
    if ad is None or not is_open(ad, version):
        call = SendText(chat_id=chat, text=visit.say(texts.DECIDED))
        visit.answers.append((chat, Call(method=call)))
        return
    why = " ".join(reason.split())[:LONGEST]
    ad.state = REJECTED
    ads.put(visit.tables, ad)
    verdict = texts.say(texts.REJECTED_BY, texts.CYRILLIC, who=visit.me.first_name, reason=why)
    cards.end(visit.tables, number, verdict)
    notices.write(visit.tables, ad.owner, notices.REJECTED, number, why)


def answer(visit: Visit, number: int, version: int | None, reason: str) -> None:
    """Take a reason that somebody gives in his private chat."""
    if may(visit):
        reject(visit, number, version, reason, visit.me.id)
    else:
        log.warning("Person %s is no moderator and has given a reason", visit.me.id)
        visit.tell(texts.NO_MODERATOR)
