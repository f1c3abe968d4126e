"""Cards: what moderators decide by, each a row and an errand; and their ends."""

from collections.abc import Sequence
from typing import NamedTuple

from bots.bazaar import counters
from bots.bazaar.tables import CARD
from pinstore import Tables
from runtime.errands import intend

SHOW, END = "card", "verdict"
"""Errands: send a card, and take its buttons away."""

_ADD = "INSERT INTO cards (number, ad, version, chat) VALUES (?, ?, ?, ?)"
_FIND = "SELECT number, ad, version, chat, message, verdict FROM cards WHERE number = ?"
_OF = "SELECT number, ad, version, chat, message, verdict FROM cards WHERE ad = ? AND verdict = '' ORDER BY number"
_SENT = "UPDATE cards SET message = ? WHERE number = ?"
_DECIDE = "UPDATE cards SET verdict = ? WHERE number = ?"
_DROP = "DELETE FROM cards WHERE number = ?"
_IN = "SELECT number, ad, version, chat, message, verdict FROM cards WHERE chat = ? AND verdict = '' ORDER BY number"


class Card(NamedTuple):
    """A card in a chat."""

    number: int
    ad: int
    version: int
    chat: int
    message: int
    """The text with the buttons, 0 while it is on its way."""
    verdict: str
    """What stands at its end, "" while it is open."""


def show(tables: Tables, chats: Sequence[int], ad: int, version: int) -> None:
    """Have a version of an ad decided in these chats."""
    for chat in chats:
        number = counters.following(tables, CARD)
        tables.execute(_ADD, (number, ad, version, chat))
        intend(tables, SHOW, number, chat)


def move(tables: Tables, chat: int, to: int) -> None:
    """Show in another chat what is open in one."""
    for card in [Card._make(row) for row in tables.execute(_IN, (chat,)).fetchall()]:
        drop(tables, card.number)
        show(tables, [to], card.ad, card.version)


def end(tables: Tables, ad: int, verdict: str) -> None:
    """Let all open cards of an ad end with this."""
    for card in of(tables, ad):
        tables.execute(_DECIDE, (verdict, card.number))
        intend(tables, END, card.number, card.chat)


def of(tables: Tables, ad: int) -> list[Card]:
    """The open cards of an ad."""
    return [Card._make(row) for row in tables.execute(_OF, (ad,)).fetchall()]


def find(tables: Tables, number: int) -> Card | None:
    """A card."""
    row = tables.execute(_FIND, (number,)).fetchone()
    return Card._make(row) if row else None


def sent(tables: Tables, number: int, message: int) -> None:
    """It is there."""
    tables.execute(_SENT, (message, number))


def drop(tables: Tables, number: int) -> None:
    """Nothing is to be done with it any more."""
    tables.execute(_DROP, (number,))
