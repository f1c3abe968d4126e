"""Telegram's list of transactions against the store: at each start, each hour, and when the admin asks."""

import asyncio
import logging
from typing import NamedTuple

from bots.shop import payments
from bots.shop.shop import Shop
from bots.shop.transactions import INVOICE, Transaction, transactions
from pinstore import Tables, retry

log = logging.getLogger(__name__)

HOUR = 3600.0


class Found(NamedTuple):
    """How many transactions there were, and how many of them the store did not know."""

    seen: int
    mended: int


async def reconcile(shop: Shop) -> Found:
    """Take payments and refunds that the store does not have. Raises an error of `retry.TRANSIENT`."""
    since = await shop.store.read(lambda tables: int(tables.execute("SELECT at FROM set_up").fetchone()[0]))
    count = mended = 0
    async for one in transactions(shop.bot, since):
        count += 1
        if await shop.store.read(lambda tables: _is_news(tables, one)):  # noqa: B023 - awaited here
            is_mended = await shop.store.write(lambda tables: _mend(tables, one), update=None)  # noqa: B023
            mended += is_mended
            shop.meters.payments += is_mended and "source" in one
    shop.wake(None)
    return Found(count, mended)


async def keep_reconciling(shop: Shop) -> None:
    """At the start and each hour; what fails is tried again."""
    while True:
        found = await retry.patiently(lambda: reconcile(shop), what="The reconciliation")
        if found.mended:
            shop.tell_admin(f"⚠️ Сверка: операций {found.seen}, исправлено {found.mended}")
        await asyncio.sleep(HOUR)


def _is_news(tables: Tables, one: Transaction) -> bool:
    is_paid, partner = "source" in one, one.get("source") or one.get("receiver") or {}
    if partner.get("transaction_type") != INVOICE:
        return False
    row = tables.execute("SELECT state FROM payments WHERE charge = ?", (one["id"],)).fetchone()
    return row is None if is_paid else row is not None and row[0] in ("taken", "review")


def _mend(tables: Tables, one: Transaction) -> bool:
    if "source" not in one:
        return payments.note_refund(tables, one["id"])
    partner = one["source"]
    return payments.take(tables, partner.get("invoice_payload", ""), one["id"], partner["user"]["id"], one["amount"])
