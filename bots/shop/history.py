"""Statements about what a person sees as transactions."""

from typing import NamedTuple

from bots.shop import orders
from pinstore import Tables

PENDING, PROCESSING, COMPLETED, FAILED = "pending", "processing", "completed", "failed"

_WHAT = (
    "SELECT d.number, d.person, d.type, d.amount, "
    "(SELECT coalesce(sum(l.amount), 0) FROM ledger l WHERE l.person = d.person AND l.deal = d.number) AS wallet, "
    "d.at, "
    "coalesce(o.id, ''), coalesce(o.state, ''), coalesce(o.is_handed, 0) "
    "FROM deals d LEFT JOIN orders o ON o.number = d.of_order"
)
_ONES = f"{_WHAT} WHERE d.person = ?1 ORDER BY d.number DESC LIMIT ?2 OFFSET ?3"
_ALL = f"{_WHAT} ORDER BY d.number DESC LIMIT ?1 OFFSET ?2"


class Transaction(NamedTuple):
    """One line of a history."""

    number: int
    person: int
    type: str
    amount: int
    wallet: int
    at: int
    order: str
    state: str
    is_handed: int

    @property
    def status(self) -> str:
        """How it stands, by the state of its order."""
        if not self.state:
            return COMPLETED
        if self.type in ("refund", "withdrawal"):
            return PROCESSING if self.state == orders.REFUNDING else COMPLETED
        simple = {
            orders.AWAITING: PENDING,
            orders.PAID: PROCESSING,
            orders.DELIVERING: PROCESSING,
            orders.CANCELLED: "cancelled",
            orders.EXPIRED: "expired",
        }
        return simple.get(self.state, COMPLETED if self.is_handed else FAILED)


def count(tables: Tables, person: int) -> int:
    """How many there are."""
    return int(tables.execute("SELECT count(*) FROM deals WHERE person = ?", (person,)).fetchone()[0])


def of(tables: Tables, person: int, limit: int, offset: int) -> list[Transaction]:
    """A person's, newest first."""
    return [Transaction._make(row) for row in tables.execute(_ONES, (person, limit, offset))]


def everybodys(tables: Tables, limit: int, offset: int) -> list[Transaction]:
    """All, newest first."""
    return [Transaction._make(row) for row in tables.execute(_ALL, (limit, offset))]
