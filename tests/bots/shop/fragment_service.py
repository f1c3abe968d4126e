"""A local service in the manner of Fragment API v3, against which the library itself signs and pays.

It checks what the real one would: who signs in, which key an order has, and that an order is never paid by a second
signature. Paths and fields are those that fragment_api_lib.v3.client sends and reads.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import nacl.signing
from aiohttp import web
from fragment_api_lib.v3 import OPERATOR_MIDDLE_WALLETS, Address
from fragment_api_lib.v3.cell import Cell
from fragment_api_lib.v3.wallet import wallet_address

from emulator.http.server import Server
from emulator.state.changes import PATIENCE, Changes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

Json = dict[str, Any]

MNEMONIC = " ".join(["local"] * 22 + ["fragment", "w87"])
"""Words that belong together by TON's checksum, and a wallet that nobody has."""
NANO = 10**9


class FragmentService:
    """One wallet's orders."""

    def __init__(self) -> None:
        self.orders: dict[str, Json] = {}
        """By the key that its buyer gave."""
        self.bocs: dict[str, set[str]] = {}
        """What was signed for each order."""
        self.calls: list[str] = []
        self.wallet: Address | None = None
        self.env: dict[str, str] = {}
        """What makes a shop its customer."""
        self.price = 0.5
        """TON for whatever is bought."""
        self.outcomes: list[tuple[int, str]] = []
        """How the next submissions end: a status and a code; without any they succeed."""
        self.is_down = False
        self.held = asyncio.Event()
        self.held.set()
        """Cleared: a payment takes effect, and its answer waits."""
        self.changed = Changes()

    @property
    def paid(self) -> list[Json]:
        """Orders whose Stars are at their usernames."""
        return [order for order in self.orders.values() if order["status"] == "success"]

    async def wait(self, found: Callable[[], object]) -> None:
        """Wait until something is so."""
        await self.changed.until(found, PATIENCE, f"Fragment was not asked: {self.calls}")

    @web.middleware
    async def guard(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        """Whoever has not signed in is refused; while it is down, everybody."""
        self.calls.append(f"{request.method} {request.path}")
        self.changed.touch()
        if self.is_down:
            return web.Response(status=503)
        if not request.path.startswith("/v3/auth") and request.headers.get("Authorization") != "Bearer local":
            return web.json_response({"error_code": "UNAUTHORIZED"}, status=401)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def challenge(self, _: web.Request) -> web.Response:
        """A nonce."""
        return web.json_response({"nonce": "once"})

    async def auth(self, request: web.Request) -> web.Response:
        """A proof over it, by the key of the wallet (TON Connect, ton_proof)."""
        said = await request.json()
        assert said.keys() == {"public_key", "wallet_type", "fragment_cookies", "proof"}, "no seed is ever sent"
        proof, key = said["proof"], bytes.fromhex(said["public_key"])
        self.wallet = wallet_address(said["wallet_type"], key)
        assert self.wallet
        domain = proof["domain"].encode()
        head = b"ton-proof-item-v2/" + self.wallet.workchain.to_bytes(4, "big", signed=True) + self.wallet.hash
        stamp = len(domain).to_bytes(4, "little") + domain + proof["timestamp"].to_bytes(8, "little")
        inner = hashlib.sha256(head + stamp + proof["payload"].encode()).digest()
        digest = hashlib.sha256(b"\xff\xffton-connect" + inner).digest()
        nacl.signing.VerifyKey(key).verify(digest, base64.b64decode(proof["signature"]))
        return web.json_response({"auth_key": "local", "wallet": {"address": self.wallet.to_raw()}})

    async def wallet_info(self, _: web.Request) -> web.Response:
        """Its number of payments."""
        return web.json_response({"seqno": len(self.paid), "state": "active"})

    async def create(self, request: web.Request) -> web.Response:
        """An order, or the one that the key has."""
        said = await request.json()
        if not re.fullmatch(r"[A-Za-z0-9_]{5,32}", said["username"]) or said["amount"] < 50:
            return web.json_response({"error_code": "USERNAME_NOT_FOUND"}, status=404)
        order = self.orders.setdefault(
            said["idempotency_key"], {**said, "id": len(self.orders) + 1, "status": "created"}
        )
        return web.json_response({"order": order, "payment": self._payment() if order["status"] == "created" else None})

    async def order(self, request: web.Request) -> web.Response:
        """How one stands."""
        found = [order for order in self.orders.values() if str(order["id"]) == request.match_info["id"]]
        return web.json_response({"order": found[0], "payment": None})

    async def submit(self, request: web.Request) -> web.Response:
        """Pay by a signature; the same one changes nothing."""
        said = await request.json()
        (number,) = said["orders"]
        self.bocs.setdefault(number, set()).add(said["boc"])
        assert len(self.bocs[number]) == 1, "an order was signed anew"
        order = next(order for order in self.orders.values() if str(order["id"]) == number)
        if self.outcomes:
            status, code = self.outcomes.pop(0)
            order["status"] = "processing" if code == "TRANSFER_AMBIGUOUS" else order["status"]
            return web.json_response({"error_code": code}, status=status)
        order["status"] = "success"
        self.changed.touch()
        await self.held.wait()
        return web.json_response({"success": True, "orders": [order], "transaction_hash": "0"})

    def _payment(self) -> Json:
        """One leg to the service's own wallet, as orders without an account of Fragment have it."""
        assert self.wallet
        leg = {
            "role": "middle",
            "address": OPERATOR_MIDDLE_WALLETS[0],
            "amount": str(int(self.price * NANO)),
            "payload": Cell.empty().to_b64(),
        }
        return {"from": self.wallet.to_raw(), "messages": [leg], "valid_until": int(time.time()) + 600}


@asynccontextmanager
async def serve(service: FragmentService) -> AsyncIterator[Server]:
    """Serve it until the block ends."""
    application = web.Application(middlewares=[service.guard])
    application.add_routes(
        [
            web.get("/v3/auth/challenge", service.challenge),
            web.post("/v3/auth", service.auth),
            web.get("/v3/wallet", service.wallet_info),
            web.post("/v3/orders", service.create),
            web.post("/v3/orders/submit", service.submit),
            web.get("/v3/orders/{id}", service.order),
        ]
    )
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Server("127.0.0.1", runner.addresses[0][1])
    finally:
        service.held.set()
        await runner.cleanup()
