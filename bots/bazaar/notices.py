"""What people still have to be told: intended with what it tells of, sent when that is stored, then struck off."""

from typing import NamedTuple

from bots.bazaar import counters
from bots.bazaar.tables import LETTER
from pinstore import Tables
from runtime.errands import intend

TELL = "tell"
"""The errand; its subject is the letter's number, its lane the chat."""

PRINTED, REJECTED, EXPIRED, QUESTION, OVER, NEWS = "printed", "rejected", "expired", "question", "over", "news"
"""Kinds: it stands in the channel; it was rejected; its time is over; is it sold?; that question is over; a subscriber
hears of a new ad."""

_WRITE = "INSERT INTO letters (number, chat, kind, ad, value) VALUES (?, ?, ?, ?, ?)"
_FIND = "SELECT number, chat, kind, ad, value FROM letters WHERE number = ?"
_STRIKE = "DELETE FROM letters WHERE number = ?"
_DROP = "DELETE FROM letters WHERE chat = ?"


class Letter(NamedTuple):
    """A notice on its way."""

    number: int
    chat: int
    kind: str
    ad: int
    value: str


def write(tables: Tables, chat: int, kind: str, ad: int, value: str = "") -> None:
    """Have somebody told, who is 0 for an ad that was imported without an owner; wake the errands after the write."""
    if not chat:
        return
    number = counters.following(tables, LETTER)
    tables.execute(_WRITE, (number, chat, kind, ad, value))
    intend(tables, TELL, number, chat)


def find(tables: Tables, number: int) -> Letter | None:
    """A notice that is not struck off."""
    row = tables.execute(_FIND, (number,)).fetchone()
    return Letter._make(row) if row else None


def strike(tables: Tables, number: int) -> None:
    """It has been told."""
    tables.execute(_STRIKE, (number,))


def drop(tables: Tables, chat: int) -> None:
    """Tell this chat nothing of what it waits for."""
    tables.execute(_DROP, (chat,))
