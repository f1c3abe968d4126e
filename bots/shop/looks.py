"""Looks at open invoices in crypto currencies: by a schedule, when somebody asks, when the processor says so."""

import asyncio
import logging
import time
from typing import NamedTuple

from bots.shop import bills, crypto_screens, lanes, orders
from bots.shop.bills import Bill, News
from bots.shop.breaker import RefusedError, UnavailableError
from bots.shop.delivery import REPORT, THANK
from bots.shop.heleket import Heleket, Invoice
from bots.shop.orders import CANCELLED, Order
from bots.shop.schedule import Schedule
from bots.shop.shop import Shop, now
from pinstore import Tables, errors
from runtime.errands import intend

log = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds in which a person's press starts no further look."""
RESTORED = 600.0
"""Seconds after which tables are read that an admin may have restored."""
AT_ONCE = 4
"""Looks that are under way together."""


class _Seen(NamedTuple):
    order: Order
    bill: Bill


class Looks:
    """One look at an invoice at a time."""

    def __init__(self, shop: Shop, heleket: Heleket) -> None:
        self._shop = shop
        self._heleket = heleket
        self._schedule = Schedule(shop.settings.heleket_poll)
        self._is_stale = True
        """Whether other invoices may be open than the schedule knows."""
        self._looked: dict[int, float] = {}
        """When it was looked at last."""
        self._running: dict[int, asyncio.Task[None]] = {}
        self._wanted = set[int]()
        """What is looked at once more when the look under way is over: it may have come too early."""
        self._room = asyncio.Semaphore(AT_ONCE)
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Look until cancelled."""
        try:
            while True:
                self._news.clear()
                await self._begin_due()
                await self._sleep()
        finally:
            for task in self._running.values():
                task.cancel()

    def made(self, number: int) -> None:
        """There is an invoice more."""
        self._schedule.add(number, time.monotonic())
        self._is_stale = True
        self._news.set()

    def asked(self, number: int) -> bool:
        """A person wants to know; returns whether a look begins: ten presses are one."""
        is_recent = time.monotonic() < self._looked.get(number, -AGAIN) + AGAIN
        if is_recent or number in self._running:
            return False
        self._begin(number)
        return True

    def told(self, number: int) -> None:
        """The processor says that something has changed."""
        if number in self._running:
            self._wanted.add(number)
        else:
            self._begin(number)

    async def _begin_due(self) -> None:
        at = now()
        if self._is_stale:
            self._is_stale = False
            found = await self._shop.store.read(lambda tables: bills.all_open(tables, at))
            self._schedule.know(found, at, time.monotonic())
        moment = time.monotonic()
        for number in self._schedule.begin_due(at, moment):
            if number not in self._running:
                self._begin(number)
        self._looked = {number: last for number, last in self._looked.items() if last + AGAIN > moment}

    async def _sleep(self) -> None:
        first, moment = self._schedule.first, time.monotonic()
        pause = RESTORED if first is None else min(RESTORED, max(0.0, first - moment))
        try:
            async with asyncio.timeout(pause):
                await self._news.wait()
        except TimeoutError:
            self._is_stale = self._is_stale or pause == RESTORED

    def _begin(self, number: int) -> None:
        task = asyncio.create_task(self._look(number), name=f"look {number}")
        self._running[number] = task
        task.add_done_callback(lambda ended: self._ended(number, ended))

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        del self._running[number]
        if task.cancelled():
            return
        error = task.exception()
        if error and not isinstance(error, errors.StoreError):
            log.error("A look has failed by a fault of ours", exc_info=error)
        if number in self._wanted:
            self._wanted.remove(number)
            self._begin(number)
        self._news.set()

    async def _look(self, number: int) -> None:
        async with self._room:
            self._looked[number] = time.monotonic()
            seen = await self._shop.store.read(lambda tables: _seen(tables, number))
            self._is_stale = self._is_stale or seen is None or not seen.bill.url
            if seen is None:
                return
            try:
                invoice = await self._heleket.look(seen.order.id)
            except (RefusedError, UnavailableError) as error:
                log.debug("Order %s: Heleket has not told its status: %s", seen.order.id, error)
                return
            if seen.bill.after(invoice) != seen.bill:
                await self._take(seen, invoice)

    async def _take(self, seen: _Seen, invoice: Invoice) -> None:
        number, self._is_stale = seen.order.number, True
        is_paid = await self._shop.store.write(lambda tables: note(tables, number, invoice), update=None)
        self._shop.meters.payments += is_paid
        self._shop.wake(None)
        after = await self._shop.store.read(lambda tables: _seen(tables, number, closed=True))
        if after and CANCELLED not in (after.order.state, seen.order.state):
            screen = crypto_screens.bill(after.order, after.bill)
            self._shop.show(after.order.person, screen, after.order.screen, is_new=not seen.bill.url)


def note(tables: Tables, number: int, invoice: Invoice) -> bool:
    """Write what the processor says, and intend what follows; returns whether Stars were credited."""
    order = orders.by_number(tables, number)
    assert order  # noqa: S101 - orders are never deleted
    news = bills.take(tables, order, invoice, now())
    is_credited = news in (News.CREDITED, News.OVERPAID)
    if is_credited:
        intend(tables, THANK, number, lanes.of_goods(order.person))
    if news in (News.OVERPAID, News.REVIEW):
        intend(tables, REPORT, number, lanes.of_order(number))
    return is_credited


def _seen(tables: Tables, number: int, *, closed: bool = False) -> _Seen | None:
    """An order and its bill, if that is open."""
    order, bill = orders.by_number(tables, number), bills.find(tables, number)
    return _Seen(order, bill) if order and bill and (closed or not bill.is_final) else None
