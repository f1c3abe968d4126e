"""A census of orders: how many there are in each state, without a look at the many that are over."""

from bots.shop.tables import ENDS, IN_HAND
from pinstore import Tables

_REST = f"SELECT state, count(*) FROM orders WHERE {IN_HAND} GROUP BY state"


def by_state(tables: Tables) -> dict[str, int]:
    """States with their numbers, without those that no order has."""
    ended = {state: tables.total(f"now_{state}") for state in ENDS}
    return {**{state: count for state, count in ended.items() if count}, **dict(tables.execute(_REST).fetchall())}
