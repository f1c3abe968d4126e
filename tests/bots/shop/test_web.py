"""What the shop serves over HTTP: to whom, how often, and what it counts."""

from __future__ import annotations

import base64
import json
import re
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import jwt
import pytest
from aiohttp import ClientSession

from bots.shop.tokens import Holder, Tokens, WrongTokenError
from tests.bots.shop.stage import button, card, fill, open_shop, order_in, seen, told
from tests.stories.harness import set_up
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

SECRET = "a secret that has more than the forty-eight bytes of HS384"
BALANCE, TRANSACTIONS, DETAILED = "/api/v1/users/{}/balance", "/api/v1/transactions", "/health/detailed"


class Answered(NamedTuple):
    """A status, headers and a body."""

    status: int
    headers: Any
    body: Any


class Client:
    """Somebody who asks the shop's port."""

    def __init__(self, session: ClientSession, port: int) -> None:
        self._session = session
        self._address = f"http://127.0.0.1:{port}"

    async def get(self, path: str, token: str = "") -> Answered:
        """Ask, with a token or without."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._session.get(self._address + path, headers=headers) as answer:
            is_json = answer.content_type == "application/json"
            return Answered(answer.status, answer.headers, await (answer.json() if is_json else answer.text()))


@asynccontextmanager
async def asking(**env: str) -> AsyncIterator[tuple[Client, dict[str, str]]]:
    """A client, and the settings with which a shop hears him."""
    port = free_port()
    async with ClientSession() as session:
        yield Client(session, port), {"PORT": str(port), "JWT_SECRET": SECRET, **env}


def unsigned(claims: dict[str, Any]) -> str:
    """A token of the algorithm "none"."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


async def test_balances_and_transactions_are_told_to_whose_they_are(bot: Bot, telegram: Telegram) -> None:
    """With a token that the admin hands out, as often as a person may ask."""
    async with asking(RATE_LIMIT_USER_API="7") as (client, env):
        admin = await open_shop(bot, telegram, **env)
        anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
        await told(boris, "/start")
        await fill(anna, 100)
        await card(anna, "key")
        await button(anna, "💰 С баланса")
        order = order_in(await seen(anna, "🎉 Покупка успешна!"))
        await told(admin, "/bonus 1001 5")
        annas, admins = await told(admin, "/token 1001"), await told(admin, "/TOKEN admin 1")
        assert (await client.get(BALANCE.format(1001), annas)).body == {
            "user_id": 1001,
            "amount": 75,
            "currency": "XTR",
        }
        own = (await client.get(TRANSACTIONS, annas)).body
        assert own["total"] == 3
        kept = ("user_id", "type", "status", "amount", "wallet", "order_id")
        assert [[one[name] for name in kept] for one in own["items"]][:2] == [
            [1001, "bonus", "completed", 5, 5, None],
            [1001, "purchase", "completed", -30, -30, order],
        ]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", own["items"][0]["created_at"])
        page = (await client.get(f"{TRANSACTIONS}?limit=1&offset=1", annas)).body
        assert (page["total"], page["items"]) == (3, own["items"][1:2])
        for path in (BALANCE.format(1002), f"{TRANSACTIONS}?user_id=1002", DETAILED):
            refused = await client.get(path, annas)
            assert (refused.status, list(refused.body)) == (403, ["error"]), path
        await client.get(TRANSACTIONS, annas)
        limited = await client.get(TRANSACTIONS, annas)
        assert limited.status == 429
        assert 1 <= int(limited.headers["Retry-After"]) <= 60
        assert (await client.get(f"{TRANSACTIONS}?user_id=1002", admins)).body == {"total": 0, "items": []}
        assert (await client.get(TRANSACTIONS, admins)).body["total"] == 3
        assert annas not in bot.output
        assert SECRET not in bot.output


async def test_whoever_has_no_token_or_asks_wrongly_is_told(bot: Bot, telegram: Telegram) -> None:
    """Each mistake by its status, in a sentence."""
    async with asking() as (client, env):
        admin = await open_shop(bot, telegram, **env)
        good, soon = {"exp": time.time() + 60}, {"sub": "1001", "exp": time.time() + 60}
        tokens = [
            "",
            "x",
            unsigned(soon),
            jwt.encode(soon, SECRET + "!", "HS256"),
            jwt.encode(soon, SECRET, "HS384"),
            jwt.encode({"sub": "1001"}, SECRET, "HS256"),
            jwt.encode({"sub": "1001", "exp": time.time() - 1}, SECRET, "HS256"),
            jwt.encode({**good, "sub": "0"}, SECRET, "HS256"),
            jwt.encode({**good, "sub": str(2**52 + 1)}, SECRET, "HS256"),
            jwt.encode({**good, "scope": "user"}, SECRET, "HS256"),
        ]
        for token in tokens:
            refused = await client.get(TRANSACTIONS, token)
            assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer"), token
            assert list(refused.body) == ["error"]
        admins = await told(admin, "/token admin")
        wrong = {
            BALANCE.format("x"): 400,
            BALANCE.format("-1"): 400,
            BALANCE.format(1009): 404,
            f"{TRANSACTIONS}?user_id=1009": 404,
            f"{TRANSACTIONS}?limit=0": 400,
            f"{TRANSACTIONS}?limit=101": 400,
            f"{TRANSACTIONS}?limit=٣": 400,
            f"{TRANSACTIONS}?offset=-1": 400,
            f"{TRANSACTIONS}?user_id=": 400,
            "/api/v2/transactions": 404,
        }
        for path, status in wrong.items():
            refused = await client.get(path, admins)
            assert (refused.status, list(refused.body)) == (status, ["error"]), path
        for said, why in {
            "/token": "❌ Нужно: /token id [дней]",
            "/token 1009": "❌ 1009 ещё не писал боту",
            "/token admin 0": "❌ Дней: целое число от 1 до",
        }.items():
            assert (await told(admin, said)).startswith(why), said


async def test_a_host_sees_how_the_shop_is(bot: Bot, telegram: Telegram) -> None:
    """Health in a word and in detail, and numbers of what people do."""
    async with asking() as (client, env):
        admin = await open_shop(bot, telegram, **env)
        anna = telegram.person(1001, first_name="Анна")
        await fill(anna, 100)
        await card(anna, "key")
        await button(anna, "💰 С баланса")
        await seen(anna, "🎉 Покупка успешна!")
        assert (await client.get("/health")).body["status"] == (await client.get("/healthz")).body["status"] == "ok"
        detailed = (await client.get(DETAILED, await told(admin, "/token admin"))).body
        assert detailed.pop("generation") > 0
        assert detailed.pop("last_save_age") >= 0
        assert detailed.pop("held_updates") >= 0
        assert re.fullmatch(r"[\d.]+", detailed.pop("version"))
        assert detailed == {"status": "ok", "orders": {"delivered": 2}, "breakers": {}, "ledger": "ok"}
        numbers = (await client.get("/metrics")).body
        for line in (
            "telegram_bot_payments_total 2.0",
            "telegram_bot_errors_total 0.0",
            "telegram_bot_active_users 2.0",
            "telegram_bot_rate_limit_hits_total 0.0",
            "shop_healthy 1.0",
        ):
            assert f"\n{line}\n" in numbers, line
        taken = re.search(r"telegram_bot_messages_total (\d+)", numbers)
        counted = re.search(r"telegram_bot_response_time_seconds_count (\d+)", numbers)
        assert taken
        assert counted
        assert int(taken[1]) == int(counted[1]) > 5
        await told(admin, "/player 1001")  # which is not the shop's own
        again = re.search(r"telegram_bot_messages_total (\d+)", (await client.get("/metrics")).body)
        assert again
        assert int(again[1]) > int(taken[1])
        assert re.search(r'telegram_bot_response_time_seconds_bucket\{le="0\.1"\} \d+', numbers)


async def test_without_a_secret_there_is_nothing(bot: Bot, telegram: Telegram) -> None:
    """Not even for whoever guesses an address; and no tokens."""
    async with asking(JWT_SECRET="") as (client, env):
        await bot.start(BOT="shop", **env)
        admin = await set_up(bot, telegram)
        for path in (BALANCE.format(1001), TRANSACTIONS, DETAILED, "/webhook/heleket"):
            assert (await client.get(path, "x")).status in {404, 405}, path
        assert await told(admin, "/token admin") == "❌ Токены выключены: задайте JWT_SECRET"


def test_a_token_is_read_as_it_was_made() -> None:
    """For whom it was made; whoever has another secret makes none of ours."""
    tokens = Tokens(SECRET)
    assert tokens.read(tokens.make({"sub": "7"}, 1)) == Holder(7, is_admin=False)
    assert tokens.read(tokens.make({"scope": "admin"}, 1)) == Holder(0, is_admin=True)
    with pytest.raises(WrongTokenError):
        tokens.read(Tokens("x" * 32).make({"sub": "7"}, 1))
