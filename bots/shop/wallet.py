"""Statements about people's Stars: a ledger that is only added to, and the balance beside it."""

from enum import Enum
from typing import NamedTuple

from pinstore import Tables

_OPEN = "INSERT INTO wallets (person) VALUES (?) ON CONFLICT (person) DO NOTHING"
_MOVE = "UPDATE wallets SET amount = amount + ?2 WHERE person = ?1 AND is_frozen = 0 AND amount + ?2 >= 0"
_ENTER = "INSERT INTO ledger (cause, person, amount, deal, at) VALUES (?, ?, ?, ?, ?)"
_KNOWN = "SELECT 1 FROM ledger WHERE cause = ?"
_WALLET = "SELECT amount, is_frozen FROM wallets WHERE person = ?"
_DEAL = "INSERT INTO deals (person, type, amount, of_order, at) VALUES (?, ?, ?, ?, ?) RETURNING number"
_SUMS = "SELECT person, sum(amount) AS total FROM ledger GROUP BY person"
_DIFFERS = (
    f"SELECT w.person, w.amount, coalesce(s.total, 0) FROM wallets w LEFT JOIN ({_SUMS}) s ON s.person = w.person "
    "WHERE w.amount <> coalesce(s.total, 0) "
    f"UNION SELECT s.person, 0, s.total FROM ({_SUMS}) s LEFT JOIN wallets w ON w.person = s.person "
    "WHERE w.person IS NULL AND s.total <> 0"
)


class Moved(Enum):
    """What has become of a movement."""

    DONE = "the balance is another one"
    KNOWN = "it has happened before"
    TOO_LITTLE = "there is not enough"
    FROZEN = "the sums of this person differ"


class Difference(NamedTuple):
    """A balance that is not the sum of its movements."""

    person: int
    amount: int
    total: int


class Cause(NamedTuple):
    """Why Stars move: an id that is unique in the world, the deal that it belongs to, and when."""

    id: str
    deal: int
    at: int


def open_deal(tables: Tables, person: int, kind: str, amount: int, order: int, at: int) -> int:
    """Begin what a person sees as a transaction."""
    return int(tables.execute(_DEAL, (person, kind, amount, order, at)).fetchone()[0])


def move(tables: Tables, person: int, amount: int, cause: Cause) -> Moved:
    """Add to a balance, or take from it what is there; once for each cause."""
    if tables.execute(_KNOWN, (cause.id,)).fetchone():
        return Moved.KNOWN
    tables.execute(_OPEN, (person,))
    if not tables.execute(_MOVE, (person, amount)).rowcount:
        return Moved.FROZEN if is_frozen(tables, person) else Moved.TOO_LITTLE
    tables.execute(_ENTER, (cause.id, person, amount, cause.deal, cause.at))
    return Moved.DONE


def balance(tables: Tables, person: int) -> int:
    """What a person has."""
    row = tables.execute(_WALLET, (person,)).fetchone()
    return int(row[0]) if row else 0


def is_frozen(tables: Tables, person: int) -> bool:
    """Whether the admin has to look first."""
    row = tables.execute(_WALLET, (person,)).fetchone()
    return bool(row and row[1])


def compare(tables: Tables) -> list[Difference]:
    """Freeze the wallets of those whose sums differ, and no others; returns which they are."""
    differing = [Difference._make(row) for row in tables.execute(_DIFFERS).fetchall()]
    tables.execute("UPDATE wallets SET is_frozen = 0 WHERE is_frozen = 1")
    for one in differing:
        tables.execute(_OPEN, (one.person,))
        tables.execute("UPDATE wallets SET is_frozen = 1 WHERE person = ?", (one.person,))
    return differing


def mend(tables: Tables) -> list[Difference]:
    """Make balances the sums of the ledger, which is only ever added to; returns those that were not.

    A sum below nothing can be no balance: such a wallet stays frozen.
    """
    differing = compare(tables)
    for one in differing:
        if one.total >= 0:
            tables.execute("UPDATE wallets SET amount = ?2 WHERE person = ?1", (one.person, one.total))
    compare(tables)
    return differing
