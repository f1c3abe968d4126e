"""Heleket, a processor of payments in crypto currencies, as its pages describe it (doc.heleket.com)."""

import json
import re
from decimal import ROUND_CEILING, Decimal, localcontext
from http import HTTPStatus
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout

from bots.shop.breaker import Breaker, RefusedError, UnavailableError
from bots.shop.settings import ShopSettings
from bots.shop.signature import sign

CREATE, INFO = "/v1/payment", "/v1/payment/info"
SECONDS = 10.0
"""In which a request has to be over."""
SHORTEST, LONGEST = 300, 43_200
"""Seconds that an invoice may be payable (doc.heleket.com, creating an invoice)."""
CENT = Decimal("0.01")
_AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]{1,30})?")

WAITING, CONFIRMING, PARTIAL = {"process", "check"}, {"confirm_check"}, {"wrong_amount_waiting"}
PAID, WRONG, FAILED = {"paid", "paid_over"}, {"wrong_amount"}, {"fail", "cancel", "system_fail"}
OVER = "paid_over"


class Invoice(NamedTuple):
    """What Heleket says of an order."""

    url: str
    amount: str
    currency: str
    status: str
    is_final: bool
    paid: str
    """How much has come, as Heleket writes it; for the admin."""


class Heleket:
    """Two calls, each made once: whoever wants another one asks again."""

    def __init__(self, settings: ShopSettings, breaker: Breaker) -> None:
        assert settings.heleket_merchant  # noqa: S101 - whoever makes one has looked
        assert settings.heleket_api_key  # noqa: S101
        self._url = settings.heleket_url
        self._merchant = settings.heleket_merchant
        self._key = settings.heleket_api_key
        self._price = settings.star_price
        self._currency = settings.heleket_currency
        self._lifetime = lifetime(settings)
        self._callback = callback(settings)
        self.breaker = breaker

    @property
    def key(self) -> str:
        """What signs; call it only where something is signed or checked."""
        return self._key.get_secret_value()

    def amount(self, stars: int) -> str:
        """What so many Stars cost, rounded up to two decimals."""
        return cost(stars, self._price)

    async def create(self, order_id: str, stars: int) -> Invoice:
        """Make an invoice for an order, or get the one that it has. Raises RefusedError and UnavailableError."""
        wanted = {
            "amount": self.amount(stars),
            "currency": self._currency,
            "order_id": order_id,
            "lifetime": self._lifetime,
        }
        return await self._invoice(CREATE, wanted | ({"url_callback": self._callback} if self._callback else {}))

    async def look(self, order_id: str) -> Invoice:
        """The invoice of an order as it is now. Raises RefusedError and UnavailableError."""
        return await self._invoice(INFO, {"order_id": order_id})

    async def _invoice(self, path: str, wanted: dict[str, Any]) -> Invoice:
        async with self.breaker.calling():
            result = await self._call(path, wanted)
            if result.get("order_id") != wanted["order_id"]:
                raise UnavailableError("it answers of another order")
            try:
                invoice = invoice_in(result)
                if path == CREATE and not invoice.url:
                    raise ValueError(path)
                return invoice
            except (KeyError, TypeError, ValueError) as error:
                raise UnavailableError("its answer is no invoice") from error

    async def _call(self, path: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """What stands in `result`; by a connection of its own, as calls are rare and a stale one would be a failure."""
        body = json.dumps(wanted).encode()
        headers = {"merchant": self._merchant, "sign": sign(body, self.key), "Content-Type": "application/json"}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(SECONDS)) as session,
                session.post(self._url + path, data=body, headers=headers, allow_redirects=False) as response,
            ):
                status, content = response.status, await response.read()
        except (ClientError, OSError, TimeoutError) as error:
            raise UnavailableError(type(error).__name__) from error
        return _result(status, content)


def lifetime(settings: ShopSettings) -> int:
    """Seconds in which an invoice is payable."""
    return min(max(settings.order_ttl, SHORTEST), LONGEST)


def callback(settings: ShopSettings) -> str:
    """Where Heleket tells of changes; "" if it cannot reach us."""
    return f"{settings.public_url}/webhook/heleket" if settings.public_url and settings.watched_at else ""


def cost(stars: int, price: Decimal) -> str:
    """Stars by the price of one, rounded up to two decimals, exactly."""
    with localcontext(prec=64):
        return f"{(stars * price).quantize(CENT, ROUND_CEILING):f}"


def _result(status: int, content: bytes) -> dict[str, Any]:
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UnavailableError(f"HTTP {status}")
    try:
        said = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnavailableError(f"HTTP {status} without JSON") from error
    if not isinstance(said, dict):
        raise UnavailableError(f"HTTP {status} with JSON of another kind")
    if status >= HTTPStatus.BAD_REQUEST or said.get("state") == 1:
        raise RefusedError(f"HTTP {status}: {_words(said)}")
    result = said.get("result")
    if status != HTTPStatus.OK or said.get("state") != 0 or not isinstance(result, dict):
        raise UnavailableError(f"HTTP {status} without a result")
    return result


def _plain(amount: str) -> str:
    """An amount without zeros at its end, but with two decimals; "" if it is none."""
    if not _AMOUNT.fullmatch(amount):
        return ""
    whole, _, part = amount.partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def _words(said: dict[str, Any]) -> str:
    """Why, on one line for the admin."""
    return " ".join(str(said.get("message") or said.get("errors") or "без причины").split())[:100]


def invoice_in(result: dict[str, Any]) -> Invoice:
    """Only a status is always there. Raises KeyError, TypeError or ValueError."""
    url, status = str(result.get("url") or ""), result.get("status") or result["payment_status"]
    if not isinstance(status, str) or (url and not url.startswith(("https://", "http://"))):
        raise ValueError(status)
    amount, currency, paid = (str(result.get(name) or "") for name in ("amount", "currency", "payment_amount"))
    f"{url}{currency}{status}{paid}".encode()  # half a surrogate pair cannot be stored: a UnicodeEncodeError
    return Invoice(url, _plain(amount), currency, status, result.get("is_final") is True, paid)
