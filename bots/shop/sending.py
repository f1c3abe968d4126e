"""Stars on their way to a username: signed, stored, sent; an outcome that nobody knows is waited for."""

import asyncio
import logging

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bots.shop import orders, texts, transfers
from bots.shop.breaker import RefusedError, UnavailableError
from bots.shop.delivery import Hand
from bots.shop.fragment import Fragment
from bots.shop.orders import DELIVERING, REVIEW, Order
from bots.shop.shop import Shop, now
from bots.shop.transfers import Transfer
from pinstore import Tables, retry
from runtime.chats import GetChat
from runtime.errands import Finish, LaterError, Said
from runtime.languages import Phrase

log = logging.getLogger(__name__)

MINUTE, HOUR = 60.0, 3600.0
"""Seconds between two questions, and after which the admin has to look."""
MARGIN = 30
"""Seconds after its end in which a signed payment may still turn up (fragment_api_lib.v3, EXPIRY_MARGIN_SECONDS)."""

UNSENT = {"INSUFFICIENT_BALANCE", "TRANSFER_FAILED", "ORDER_EXPIRED", "UNTRUSTED_PAYMENT"}
"""Refusals by which a payment has not been made (fragment-api-lib, errors)."""
BROKEN = {"failed", "expired", "cancelled", "canceled", "refunded"}
"""Statuses of an order of which nothing will come."""


class Send:
    """Sends Stars, once."""

    attempts: int | None = None

    def __init__(self, shop: Shop, hand: Hand, pause: float = MINUTE, patience: float = HOUR) -> None:
        self._shop = shop
        self._hand = hand
        self._pause = pause
        self._patience = patience

    async def act(self, subject: int) -> Finish:
        """Sign and send, or find out about what was signed before."""
        order, transfer = await self._shop.store.read(lambda tables: _found(tables, subject))
        fragment = self._shop.fragment
        if order.state != DELIVERING:
            return lambda _: None
        if fragment is None and transfer:
            raise LaterError  # the service is off, and only it knows
        if fragment is None:
            return self._hand.failed(order, "Fragment выключен")
        async with fragment.turn:
            is_known = transfer is not None
            if transfer is None:
                username = await self._username(order)
                if not username:
                    return self._hand.failed(order, "у покупателя нет имени пользователя")
                try:
                    transfer = await self._prepared(fragment, order, username)
                except (RefusedError, UnavailableError) as error:
                    return self._hand.failed(order, f"Fragment: {error}")
            if not is_known and "boc" in transfer.prepared:
                finish = await self._sent(fragment, order, transfer)
            else:
                finish = await self._asked(fragment, order, transfer)
            while finish is None and now() < int(transfer.prepared["valid_until"]) + MARGIN:
                # As long as it may land, no other payment is signed with the same number of the wallet.
                finish = await self._later(fragment, order, transfer)
        while finish is None:
            finish = await self._later(fragment, order, transfer)
        return finish

    async def seek(self, subject: int) -> Finish | None:
        """What was signed tells: see `act`; what was not stored was never sent."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Never: what fails before anything was sent is paid back, what may have been sent is looked at."""
        raise AssertionError(f"stars {subject}: {why}")

    async def _username(self, order: Order) -> str:
        """As it is now: an older one may be somebody else's."""
        try:
            chat = await self._shop.bot(GetChat(chat_id=order.person))
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            log.info("Order %s: %s", order.id, retry.reason(error))
            return ""
        return str(chat.get("username") or "")

    async def _prepared(self, fragment: Fragment, order: Order, username: str) -> Transfer:
        """Sign, and store that before anything is sent."""
        prepared, at = await fragment.prepare(order.id, username, int(order.what)), now()
        await self._shop.store.write(lambda tables: transfers.keep(tables, order, prepared, at), update=None)
        await self._shop.saves.stored()
        return Transfer(prepared, at)

    async def _sent(self, fragment: Fragment, order: Order, transfer: Transfer) -> Finish | None:
        """Send it; None if nobody knows whether it has gone."""
        try:
            done = await fragment.submit(transfer.prepared)
        except RefusedError as error:
            if str(error) in UNSENT:
                return self._hand.failed(order, f"Fragment: {error}")
            log.warning("Order %s: the outcome of a payment is unknown: %s", order.id, error)
            return None
        except UnavailableError as error:
            log.warning("Order %s: the outcome of a payment is unknown: %s", order.id, error)
            return None
        return self._hand.handed(order) if done.get("success") is True else None

    async def _later(self, fragment: Fragment, order: Order, transfer: Transfer) -> Finish | None:
        """After a while, ask; in the end the admin has to."""
        if now() >= transfer.at + self._patience:
            return self._unknown(order)
        await asyncio.sleep(self._pause)
        return await self._asked(fragment, order, transfer)

    async def _asked(self, fragment: Fragment, order: Order, transfer: Transfer) -> Finish | None:
        """What has become of it; what has not been seen is sent again, the very same."""
        try:
            status = await fragment.status(transfer.prepared)
        except (RefusedError, UnavailableError) as error:
            log.info("Order %s: Fragment has not told its status: %s", order.id, error)
            return None
        if status == "success":
            return self._hand.handed(order)
        if status in BROKEN:
            return self._hand.failed(order, f"Fragment: {status}")
        can_be_sent = status != "processing" and "boc" in transfer.prepared
        return await self._again(fragment, order, transfer) if can_be_sent else None

    async def _again(self, fragment: Fragment, order: Order, transfer: Transfer) -> Finish | None:
        """A refusal now says nothing about what was sent before."""
        try:
            done = await fragment.submit(transfer.prepared)
        except (RefusedError, UnavailableError) as error:
            log.info("Order %s: the payment was sent again: %s", order.id, error)
            return None
        return self._hand.handed(order) if done.get("success") is True else None

    def _unknown(self, order: Order) -> Finish:
        def finish(tables: Tables) -> Said:
            orders.turn(tables, orders.by_number(tables, order.number) or order, REVIEW, now())

            def told() -> None:
                self._shop.tell(order.person, Phrase(texts.STARS_UNKNOWN, id=order.id))
                self._shop.tell_admin(
                    f"⚠️ Заказ {order.id}: Fragment не сказал, дошли ли {order.what} ⭐; если нет, верните /bonus"
                )

            return told

        return finish


def _found(tables: Tables, number: int) -> tuple[Order, Transfer | None]:
    order = orders.by_number(tables, number)
    assert order  # noqa: S101 - orders are never deleted
    return order, transfers.find(tables, order)
