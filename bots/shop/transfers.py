"""Statements about payments that were signed, kept before they are sent: they are never signed anew."""

import json
from typing import Any, NamedTuple

from bots.shop.orders import Order
from pinstore import Tables

_KEEP = "INSERT INTO transfers (number, prepared, at) VALUES (?, ?, ?) ON CONFLICT (number) DO NOTHING"
_FIND = "SELECT prepared, at FROM transfers WHERE number = ?"


class Transfer(NamedTuple):
    """What was signed for an order, and when."""

    prepared: dict[str, Any]
    at: int


def keep(tables: Tables, order: Order, prepared: dict[str, Any], at: int) -> None:
    """Keep what was signed; the first stays."""
    tables.execute(_KEEP, (order.number, json.dumps(prepared), at))


def find(tables: Tables, order: Order) -> Transfer | None:
    """What was signed for an order."""
    row = tables.execute(_FIND, (order.number,)).fetchone()
    return Transfer(json.loads(row[0]), row[1]) if row else None
