"""Fragment, by a third party's service: Stars for somebody's username, paid from a TON wallet whose key stays here."""

import asyncio
import logging
import queue
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Protocol

from bots.shop.breaker import Breaker, RefusedError, UnavailableError
from bots.shop.settings import ShopSettings

log = logging.getLogger(__name__)

SECONDS = 30
"""In which a request has to be over; a payment may be confirmed meanwhile."""
NEW = "created"
"""The status of an order that nobody has paid."""
LOST = {"NETWORK_ERROR", "SUBMIT_OUTCOME_UNKNOWN"}
"""Codes of requests that were not answered."""
_CODE = re.compile(r"[A-Z0-9_]{1,40}")

Json = dict[str, Any]


class Service(Protocol):
    """What is used of the library's FragmentAPIv3: it blocks, and raises errors with a code."""

    def create_order(self, product: str, username: str, amount: int, *, kyc: bool, idempotency_key: str) -> Json:
        """An order, or the one that this key has."""

    def prepare(self, created: Sequence[Json]) -> Json:
        """Check what is to be paid, and sign it."""

    def submit(self, prepared: Mapping[str, Any]) -> Json:
        """Send what was signed; sent again it does no harm."""

    def get_order(self, order_id: str) -> Json:
        """How an order stands."""


class Fragment:
    """The service behind a breaker, in a thread of its own, which ends with the process."""

    def __init__(self, service: Service, breaker: Breaker, *, with_kyc: bool) -> None:
        self._service = service
        self._with_kyc = with_kyc
        self.breaker = breaker
        self.turn = asyncio.Lock()
        """Held by the one payment that is signed and sent."""
        self._work = queue.SimpleQueue[tuple[Callable[[], Json], asyncio.Future[Json]]]()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def prepare(self, order_id: str, username: str, stars: int) -> Json:
        """A signed payment for Stars, not sent yet, to be stored. Raises RefusedError and UnavailableError.

        One without `boc` was sent in another life.
        """
        kyc, service = self._with_kyc, self._service
        created = await self._call(
            lambda: service.create_order("stars", username, stars, kyc=kyc, idempotency_key=order_id)
        )
        if created["order"]["status"] != NEW:  # older tables were restored
            return {"orders": [str(created["order"]["id"])], "valid_until": 0}
        return await self._call(lambda: service.prepare([created]))

    async def submit(self, prepared: Mapping[str, Any]) -> Json:
        """Send a stored payment. Raises RefusedError and UnavailableError, by which nobody knows whether it went."""
        return await self._call(lambda: self._service.submit(prepared))

    async def status(self, prepared: Mapping[str, Any]) -> str:
        """How the order of a stored payment stands. Raises RefusedError and UnavailableError."""
        found = await self._call(lambda: self._service.get_order(str(prepared["orders"][0])))
        return str(found["order"]["status"])

    async def _call(self, call: Callable[[], Json]) -> Json:
        async with self.breaker.calling():
            try:
                return await self._threaded(call)
            except Exception as error:  # noqa: BLE001 - the library's own, and what it stumbles over in an answer
                raise _translated(error) from None

    async def _threaded(self, call: Callable[[], Json]) -> Json:
        """Asyncio's threads would be waited for at the end, and a payment may take minutes."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            threading.Thread(target=self._run, name="fragment", daemon=True).start()
        future: asyncio.Future[Json] = self._loop.create_future()
        self._work.put((call, future))
        return await future

    def _run(self) -> None:
        while True:
            call, future = self._work.get()
            try:
                result = call()
            except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
                self._tell(_fail, future, error)
            else:
                self._tell(_set, future, result)

    def _tell(self, how: Callable[..., None], future: "asyncio.Future[Json]", what: object) -> None:
        assert self._loop  # noqa: S101 - the thread begins when there is one
        try:
            self._loop.call_soon_threadsafe(how, future, what)
        except RuntimeError:
            log.debug("Fragment has answered after the end")


def connect(settings: ShopSettings) -> Service:
    """The library, which speaks to the service when it is asked something."""
    from fragment_api_lib.v3 import FragmentAPIv3  # noqa: PLC0415 - only who sells Stars has it

    assert settings.fragment_mnemonic  # noqa: S101 - whoever calls has looked
    assert settings.fragment_max_ton  # noqa: S101
    cookies, address = settings.fragment_cookies, settings.fragment_url
    made: Service = FragmentAPIv3(
        settings.fragment_mnemonic.get_secret_value(),
        settings.fragment_wallet,
        cookies.get_secret_value() if cookies else None,
        **({"base_url": address} if address else {}),
        trust={"max_ton_per_order": float(settings.fragment_max_ton)},  # the library multiplies it by a float
        timeout=SECONDS,
    )
    return made


def _translated(error: Exception) -> Exception:
    """By the code alone: a message may name the buyer."""
    found, status = getattr(error, "error_code", None), getattr(error, "status", None)
    has_code = isinstance(found, str) and _CODE.fullmatch(found)
    code = str(found) if has_code else f"HTTP {status}" if isinstance(status, int) else type(error).__name__
    is_down = isinstance(status, int) and (
        status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return UnavailableError(code) if is_down or not has_code or code in LOST else RefusedError(code)


def _set(future: "asyncio.Future[Json]", result: Json) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Json]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
