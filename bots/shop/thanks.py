"""Thanks: that a top-up has come is said when it is stored."""

from bots.shop import orders, screens, wallet
from bots.shop.orders import Order
from bots.shop.shop import Shop
from pinstore import Tables
from runtime.errands import Finish


class Thank:
    """Says that a top-up has come, when that is stored."""

    attempts: int | None = 1

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def act(self, subject: int) -> Finish:
        """Say it."""
        order, balance = await self._shop.store.read(lambda tables: _credited(tables, subject))
        self._shop.show(order.person, screens.topped_up(order.price, balance))
        return lambda _: None

    async def seek(self, subject: int) -> Finish | None:
        """Say it again rather than not at all."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Leave it."""
        return lambda _: None


def _credited(tables: Tables, number: int) -> tuple[Order, int]:
    order = orders.by_number(tables, number)
    assert order  # noqa: S101 - orders are never deleted
    return order, wallet.balance(tables, order.person)
