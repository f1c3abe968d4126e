"""The processor's HTTP side: `/v1/payment`, `/v1/payment/info`, and the page on which a person pays."""

from __future__ import annotations

import json
import re
from contextlib import asynccontextmanager
from decimal import Decimal, InvalidOperation
from html import escape
from typing import TYPE_CHECKING, Any

from aiohttp import web

from emulator.heleket.processor import Call, Invoice, Processor, RefusedError
from emulator.http.server import Server
from emulator.state.network import reset

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]

SHORTEST, LONGEST = 300, 43_200
"""Seconds that an invoice may live (doc.heleket.com, creating an invoice)."""
OUTCOMES = ("confirm_check", "paid", "paid_over", "wrong_amount_waiting", "wrong_amount", "cancel", "system_fail")
"""What a person at the page can make happen (doc.heleket.com, payment statuses)."""
FIELDS = {
    "/v1/payment": {"amount", "currency", "order_id", "lifetime", "url_callback"},
    "/v1/payment/info": {"order_id", "uuid"},
}


class Front:
    """Answers requests."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Refuse what is not signed, and what the pages do not describe."""
        processor = self._processor
        body = await request.read()
        fault = processor.fault()
        if fault.isdigit():
            self._arrived(request.path, body)
            return web.Response(status=int(fault), text="<html></html>", content_type="text/html")
        if fault in ("reset", "not json"):
            self._arrived(request.path, body)
            if fault == "reset":
                reset(request.transport)
            return web.Response(text="<html></html>", content_type="text/html")
        try:
            said = self._checked(request, body)
            self._arrived(request.path, body)
            result = self._create(said) if request.path == "/v1/payment" else self._find(said)
        except RefusedError as error:
            return web.json_response({"state": 1, **error.said}, status=error.status)
        await processor.held.wait()
        if fault == "lost":
            reset(request.transport)
        return web.json_response({"state": 0, "result": result.said()})

    async def page(self, request: web.Request) -> web.Response:
        """What a person sees who wants to pay: the sum, how it stands, and a button for each thing that may happen."""
        invoice = self._known(request)
        buttons = "".join(f'<button name="status" value="{one}">{one}</button> ' for one in OUTCOMES)
        text = f"<p>{invoice.amount} {escape(invoice.currency)}: {invoice.status}</p><form method=post>{buttons}</form>"
        return web.Response(text=f"<!doctype html><title>Heleket</title>{text}", content_type="text/html")

    async def press(self, request: web.Request) -> web.Response:
        """It happens."""
        invoice, status = self._known(request), str((await request.post()).get("status"))
        if status not in OUTCOMES:
            raise web.HTTPBadRequest
        self._processor.move(invoice.order_id, status, invoice.amount)
        raise web.HTTPSeeOther(request.path)

    def _known(self, request: web.Request) -> Invoice:
        for one in self._processor.invoices.values():
            if one.uuid == request.match_info["uuid"]:
                return one
        raise web.HTTPNotFound

    def _arrived(self, path: str, body: bytes) -> None:
        self._processor.calls.append(Call(path, json.loads(body)))
        self._processor.changed.touch()

    def _checked(self, request: web.Request, body: bytes) -> Json:
        processor = self._processor
        if request.headers.get("merchant") != processor.merchant or request.headers.get("sign") != processor.signature(
            body
        ):
            processor.forged += 1
            raise RefusedError(401, {"message": "Invalid Sign."})
        if request.content_type != "application/json":
            raise RefusedError(415, {"message": "Unsupported Media Type"})
        said = json.loads(body)
        if unknown := said.keys() - FIELDS[request.path]:
            raise _wrong(min(unknown))
        return dict(said)

    def _create(self, said: Json) -> Invoice:
        for name in ("amount", "currency", "order_id"):
            if not isinstance(said.get(name), str):
                raise _wrong(name)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", said["order_id"]):
            raise _wrong("order_id")
        if not _is_amount(said["amount"]):
            raise _wrong("amount")
        lifetime = said.get("lifetime", 3600)
        if not isinstance(lifetime, int) or not SHORTEST <= lifetime <= LONGEST:
            raise _wrong("lifetime")
        callback = said.get("url_callback", "")
        if callback and not re.fullmatch(r"https?://\S{1,246}", callback):
            raise _wrong("url_callback")
        known = self._processor.invoices.get(said["order_id"])
        if known:
            return known
        made = Invoice(said["order_id"], said["amount"], said["currency"], lifetime, callback)
        made.url = f"{self._processor.base}/pay/{made.uuid}"
        self._processor.invoices[made.order_id] = made
        return made

    def _find(self, said: Json) -> Invoice:
        found = self._processor.invoices.get(str(said.get("order_id")))
        if found is None:
            raise RefusedError(404, {"message": "Payment not found."})
        return found


@asynccontextmanager
async def serve(processor: Processor, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Server]:
    """Serve a processor until the block ends; port 0 takes a free one."""
    front = Front(processor)
    application = web.Application()
    application.router.add_get("/pay/{uuid}", front.page)
    application.router.add_post("/pay/{uuid}", front.press)
    for path in FIELDS:
        application.router.add_post(path, front.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        server = Server(host, runner.addresses[0][1])
        processor.base = server.url
        yield server
    finally:
        processor.held.set()
        await runner.cleanup()


def _is_amount(text: str) -> bool:
    try:
        return Decimal(text) > 0
    except InvalidOperation:
        return False


def _wrong(name: str) -> RefusedError:
    return RefusedError(422, {"errors": {name: ["validation.invalid"]}})
