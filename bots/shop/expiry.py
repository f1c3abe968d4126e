"""Expiry: orders that nobody has paid in time."""

from bots.shop.orders import AWAITING, EXPIRED, FOUND, Order, close
from pinstore import Tables

_DUE = f"{FOUND} o.state = '{AWAITING}' AND o.until <= ? LIMIT 100"


def expire(tables: Tables, at: int) -> int:
    """End orders whose time is over; returns how many."""
    due = [Order._make(row) for row in tables.execute(_DUE, (at,)).fetchall()]
    return sum(close(tables, order, EXPIRED, at) for order in due)


def next_expiry(tables: Tables) -> int | None:
    """When the next open order runs out."""
    found = tables.execute(f"SELECT min(until) FROM orders WHERE state = '{AWAITING}'").fetchone()[0]
    return None if found is None else int(found)
