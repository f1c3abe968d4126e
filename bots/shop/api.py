"""What the shop serves over HTTP to whoever has a token: balances, transactions, and how it is."""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bots.shop import census, history, wallet
from bots.shop.history import Transaction
from bots.shop.limits import Kind, Limits
from bots.shop.shop import Shop
from bots.shop.tokens import Holder, Tokens, WrongTokenError, is_known, person_in
from pinstore import Tables, errors
from runtime import __version__
from runtime.app import Word

log = logging.getLogger(__name__)

DETAILED = "/health/detailed"
LIMIT, MOST = 20, 100
"""Transactions in an answer."""
FARTHEST = 10**9
"""The largest offset."""

Answer = Callable[[web.Request, Holder], Awaitable[Any]]


class ApiError(Exception):
    """What is wrong with a request, in one sentence."""

    def __init__(self, status: int, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers


class Api:
    """The routes; without tokens each of them is unknown."""

    def __init__(self, shop: Shop, tokens: Tokens | None, limits: Limits, word: Word) -> None:
        self._shop = shop
        self._tokens = tokens
        self._limits = limits
        self._word = word

    @property
    def routes(self) -> list[web.RouteDef]:
        """Where it is served."""
        return [
            web.get(DETAILED, self._guarded(self._detailed)),
            web.route("*", DETAILED, self._guarded(_unknown)),
            web.get("/api/v1/users/{id}/balance", self._guarded(self._balance)),
            web.get("/api/v1/transactions", self._guarded(self._transactions)),
            web.route("*", "/api/{rest:.*}", self._guarded(_unknown)),
        ]

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Let in whoever has a token, as often as he may."""

        async def serve(request: web.Request) -> web.Response:
            try:
                return web.json_response(await answer(request, self._holder(request)))
            except ApiError as error:
                return web.json_response({"error": str(error)}, status=error.status, headers=error.headers)
            except errors.StoreError:
                return web.json_response({"error": "The shop is not open yet."}, status=503)
            except Exception:
                code = secrets.token_hex(4)
                log.exception("A request met a fault, code %s", code)
                return web.json_response({"error": f"Something went wrong, code {code}."}, status=500)

        return serve

    def _holder(self, request: web.Request) -> Holder:
        if self._tokens is None:
            raise _nothing_here()
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise WrongTokenError(scheme)
            holder = self._tokens.read(token.strip())
        except WrongTokenError:
            sentence = "A valid token is needed: Authorization: Bearer …"
            raise ApiError(401, sentence, {"WWW-Authenticate": "Bearer"}) from None
        over = None if holder.is_admin else self._limits.over(Kind.API, holder.person)
        if over:
            raise ApiError(429, "Too many requests.", {"Retry-After": str(over.seconds)})
        return holder

    async def _balance(self, request: web.Request, holder: Holder) -> Any:
        person = _person(request.match_info["id"], holder)
        amount = await self._read(person, lambda tables: wallet.balance(tables, person))
        return {"user_id": person, "amount": amount, "currency": "XTR"}

    async def _transactions(self, request: web.Request, holder: Holder) -> Any:
        limit = _number(request, "limit", LIMIT, 1, MOST)
        offset = _number(request, "offset", 0, 0, FARTHEST)
        asked = request.query.get("user_id")
        if asked is None and holder.is_admin:
            total, found = await self._shop.store.read(
                lambda tables: (tables.total("deals"), history.everybodys(tables, limit, offset))
            )
        else:
            person = holder.person if asked is None else _person(asked, holder)
            total, found = await self._read(
                person, lambda tables: (history.count(tables, person), history.of(tables, person, limit, offset))
            )
        return {"total": total, "items": [_told(one) for one in found]}

    async def _read(self, person: int, work: Callable[[Tables], Any]) -> Any:
        """What is asked about somebody whom the shop knows."""

        def known(tables: Tables) -> Any:
            if not is_known(tables, person):
                raise ApiError(404, f"Nobody with the id {person} has written to the bot.")
            return work(tables)

        return await self._shop.store.read(known)

    async def _detailed(self, _: web.Request, holder: Holder) -> Any:
        if not holder.is_admin:
            raise ApiError(403, "This is for the admin.")
        status = self._shop.store.status
        states, frozen = await self._shop.store.read(_states)
        return {
            "status": self._word(),
            "version": __version__,
            "generation": status.generation,
            "last_save_age": None if status.saved_at is None else round(max(0.0, time.time() - status.saved_at), 3),
            "held_updates": status.held,
            "orders": states,
            "breakers": dict(self._shop.breakers),
            "ledger": "mismatch" if frozen else "ok",
        }


def _states(tables: Tables) -> tuple[dict[str, int], int]:
    return census.by_state(tables), tables.total("frozen")


def _told(one: Transaction) -> dict[str, Any]:
    return {
        "id": one.number,
        "user_id": one.person,
        "type": one.type,
        "status": one.status,
        "amount": one.amount,
        "wallet": one.wallet,
        "order_id": one.order or None,
        "created_at": f"{datetime.fromtimestamp(one.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


def _person(text: str, holder: Holder) -> int:
    person = person_in(text)
    if person is None:
        raise ApiError(400, "An id of a person is a whole number above 0.")
    if not holder.is_admin and person != holder.person:
        raise ApiError(403, "The token is somebody else's.")
    return person


def _number(request: web.Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,10}", text) or not least <= int(text) <= most:
        raise ApiError(400, f"{name} is a whole number from {least} to {most}.")
    return int(text)


def _nothing_here() -> ApiError:
    return ApiError(404, "There is nothing here.")


async def _unknown(_: web.Request, __: Holder) -> Any:
    raise _nothing_here()
