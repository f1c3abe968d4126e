"""What Heleket tells by itself: only that it is time to look, since whoever has a key may say anything."""

from aiohttp import web

from bots.shop import bills, orders
from bots.shop.heleket import Heleket
from bots.shop.looks import Looks
from bots.shop.shop import Shop
from bots.shop.signature import NotJsonError, read
from pinstore import Tables

MOST_BYTES = 64 << 10
PATH = "/webhook/heleket"


class Webhook:
    """The route."""

    def __init__(self, shop: Shop, heleket: Heleket, looks: Looks) -> None:
        self._shop = shop
        self._heleket = heleket
        self._looks = looks

    @property
    def routes(self) -> list[web.RouteDef]:
        """Where it is served."""
        return [web.post(PATH, self.take), web.route("*", PATH, _not_posted)]

    async def take(self, request: web.Request) -> web.Response:
        """Look at the order that a signed body names; a forged one changes nothing."""
        body = await _body(request)
        if body is None:
            return _error(413, f"The body is larger than {MOST_BYTES} bytes.")
        try:
            said = read(body, self._heleket.key)
        except NotJsonError:
            return _error(400, "The body is not JSON.")
        if said is None:
            return _error(403, "The signature is wrong or missing.")
        if not self._shop.is_open.is_set():
            return _error(503, "The shop is not open yet.")
        order_id = said.get("order_id")
        is_one = isinstance(order_id, str) and orders.ID.fullmatch(order_id)
        number = await self._shop.store.read(lambda tables: _open_bill(tables, str(order_id))) if is_one else 0
        if number:
            self._looks.told(number)
        return web.json_response({"status": "ok"})


async def _not_posted(_: web.Request) -> web.Response:
    return web.json_response({"error": "Webhooks are posted."}, status=405, headers={"Allow": "POST"})


async def _body(request: web.Request) -> bytes | None:
    """The bytes as they came; None if there are too many, none if nobody can read them."""
    if (request.content_length or 0) > MOST_BYTES:
        return None
    body = b""
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
    except web.RequestPayloadError:  # it is compressed, as it says, and cannot be read
        return b""
    return body


def _open_bill(tables: Tables, order_id: str) -> int:
    """The number of an order whose invoice is open, or 0."""
    order = orders.find(tables, order_id)
    bill = bills.find(tables, order.number) if order else None
    return bill.number if bill and not bill.is_final else 0


def _error(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status)
