"""The circuit breaker, Heleket's signatures, sums, the schedule of looks, and settings, without a network."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as some

from bots.shop.breaker import Breaker, RefusedError, UnavailableError
from bots.shop.heleket import cost, invoice_in
from bots.shop.schedule import pause
from bots.shop.settings import ShopSettings
from bots.shop.signature import NotJsonError, read, sign, without_sign
from bots.shop.webhook import Webhook
from runtime.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

KEY = "key"
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text() | some.just("sign"), inner, max_size=3),
    max_leaves=8,
)
WEBHOOKS = some.dictionaries(some.text().filter(lambda name: name != "sign"), VALUES, max_size=6)


def breaker(monkeypatch: pytest.MonkeyPatch, told: list[str], timeout: str = "3600") -> Breaker:
    """One that opens after two failures and closes after two successes."""
    for name, value in (("FAILURE_THRESHOLD", "2"), ("SUCCESS_THRESHOLD", "2"), ("TIMEOUT", timeout)):
        monkeypatch.setenv(f"CIRCUIT_BREAKER_{name}", value)
    found = read_settings(Path("none.env"), ShopSettings)
    assert isinstance(found, ShopSettings)
    return Breaker("Heleket", found, told.append)


async def call(guarded: Breaker, error: Exception | None = None) -> str:
    """A request; what came of it."""
    sent = False
    try:
        async with guarded.calling():
            sent = True
            if error:
                raise error
    except (UnavailableError, RefusedError):
        return "failed" if sent else "not sent"
    return "done"


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("f", "closed"),
        ("fsf", "closed"),
        ("frf", "closed"),
        ("rrr", "closed"),
        ("ff", "open"),
        ("ffs", "open"),
    ],
)
async def test_failures_in_a_row_open_it(monkeypatch: pytest.MonkeyPatch, outcomes: str, state: str) -> None:
    """A refusal is none; then nothing is sent."""
    told: list[str] = []
    guarded = breaker(monkeypatch, told)
    errors = {"f": UnavailableError(), "r": RefusedError(), "s": None}
    results = [await call(guarded, errors[outcome]) for outcome in outcomes]
    assert guarded.state == state
    assert guarded.rests == (state == "open")
    assert (results[-1] == "not sent") == (len(outcomes) > 2 and state == "open")
    assert len(told) == (state == "open")


@pytest.mark.parametrize(
    ("trials", "states", "lines"),
    [
        (("s", "s"), ["half-open", "closed"], 2),
        (("f",), ["open"], 1),
        (("s", "f"), ["half-open", "open"], 1),
        (("f", "s", "s"), ["open", "half-open", "closed"], 2),
    ],
)
async def test_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, trials: Sequence[str], states: list[str], lines: int
) -> None:
    """One request after the other when its time is over; both turns are told once."""
    told: list[str] = []
    guarded = breaker(monkeypatch, told, "0.01")
    for _ in range(2):
        await call(guarded, UnavailableError())
    found = []
    for trial in trials:
        await asyncio.sleep(0.02)  # longer than it is open
        assert not guarded.rests
        await call(guarded, UnavailableError() if trial == "f" else None)
        found.append(guarded.state)
    assert (found, len(told)) == (states, lines)


async def test_one_is_tried_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes meanwhile is turned away at once; a trial that ends lets the next one through."""
    guarded = breaker(monkeypatch, [], "0.01")
    for _ in range(2):
        await call(guarded, UnavailableError())
    await asyncio.sleep(0.02)  # longer than it is open
    async with guarded.calling():
        assert [await call(guarded) for _ in range(3)] == ["not sent"] * 3
        assert guarded.rests
    assert await call(guarded) == "done"
    assert guarded.state == "closed"


@given(WEBHOOKS, some.integers(0, 6), some.booleans(), some.booleans())
@settings(max_examples=60, deadline=None)
def test_a_signature_is_over_the_bytes_as_they_came(
    said: dict[str, object], place: int, is_php: bool, is_tight: bool
) -> None:
    """Wherever the field stands, whatever is escaped, whatever else is called so; any other byte breaks it."""
    separators = (",", ":") if is_tight else (", ", ": ")

    def written(what: dict[str, object]) -> bytes:
        text = json.dumps(what, separators=separators, ensure_ascii=not is_php)
        return (text.replace("/", "\\/") if is_php else text).encode(errors="surrogatepass")

    body = written(said)
    names = list(said)
    before, after = names[:place], names[place:]
    signed = {name: said[name] for name in before} | {"sign": sign(body, KEY)} | {name: said[name] for name in after}
    whole = written(signed)
    assert without_sign(whole) == (body, sign(body, KEY).encode())
    try:
        whole.decode()
    except UnicodeDecodeError:
        return
    assert read(whole, KEY) == signed
    assert read(whole, "another") is None
    assert read(whole[:-1] + b" }", KEY) is None


@pytest.mark.parametrize("body", [b"", b"x", b"\xff", b"{", b'{"a":Infinity}', b"[" * 60_000])
def test_what_is_no_json_is_seen(body: bytes) -> None:
    """Whatever is sent."""
    with pytest.raises(NotJsonError):
        read(body, KEY)


@pytest.mark.parametrize(
    ("stars", "price", "amount"),
    [
        (50, "0.02", "1.00"),
        (1, "0.02", "0.02"),
        (1, "0.0001", "0.01"),
        (3, "0.3333", "1.00"),
        (10_000, "999999.999", "9999999990.00"),
        (10_000, "0.0000000000000001", "0.01"),
        (7, "0.015", "0.11"),
    ],
)
def test_sums_are_rounded_up(stars: int, price: str, amount: str) -> None:
    """To two decimals, exactly."""
    assert cost(stars, Decimal(price)) == amount


async def test_a_body_that_nobody_can_read_is_no_json() -> None:
    """It says that it is compressed, and is not."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"{"
        raise web.RequestPayloadError("Can not decode content-encoding: gzip")

    request: Any = SimpleNamespace(content_length=1, content=SimpleNamespace(iter_any=broken))
    nothing: Any = SimpleNamespace(key=KEY)
    assert (await Webhook(nothing, nothing, nothing).take(request)).status == 400


@pytest.mark.parametrize("amount", ["NaN", "1E+999999", "-1", "много", ""])
def test_a_sum_that_cannot_be_read_stays_as_it_was(amount: str) -> None:
    """It is only shown: what is paid is paid."""
    assert invoice_in({"status": "paid", "amount": amount})[1:4] == ("", "", "paid")


def test_a_sum_is_shown_without_zeros() -> None:
    """But with two decimals."""
    shown = [invoice_in({"status": "paid", "amount": amount}).amount for amount in ("1.17000000", "16", "0.125", 2.5)]
    assert shown == ["1.17", "16.00", "0.125", "2.50"]


@pytest.mark.parametrize("name", ["status", "url", "currency", "payment_amount"])
def test_what_cannot_be_stored_is_no_invoice(name: str) -> None:
    """Half a surrogate pair is JSON, but no text."""
    with pytest.raises(ValueError, match="surrogate"):
        invoice_in({"status": "paid", name: json.loads(r'"https://\ud800"')})


def test_looks_get_rarer() -> None:
    """Twenty soon, then four times as rarely as long as it can be paid and ten minutes more, then 240 times."""
    age, looks, times = 15.0, 1, [15.0]
    while len(times) < 90:
        age += pause(looks, age, 15, 900)
        looks += 1
        times.append(age)
    steps = [later - earlier for earlier, later in pairwise(times)]
    assert steps[:19] == [15.0] * 19
    assert set(steps[19:39]) == {60.0}
    assert times[39] == 1500
    assert set(steps[39:]) == {3600.0}


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"HELEKET_API_KEY": "k"}, "HELEKET_MERCHANT"),
        ({"HELEKET_MERCHANT": "m", "HELEKET_API_KEY": " "}, "HELEKET_API_KEY"),
        ({"FRAGMENT_MAX_TON": "1"}, "FRAGMENT_MNEMONIC"),
        ({"FRAGMENT_MAX_TON": "1", "FRAGMENT_MNEMONIC": "not twenty four words"}, "FRAGMENT_MNEMONIC"),
        ({"STAR_PRICE": "0"}, "STAR_PRICE"),
        ({"HELEKET_CURRENCY": "usdt"}, "HELEKET_CURRENCY"),
        ({"HELEKET_POLL": "inf"}, "HELEKET_POLL"),
        ({"PUBLIC_URL": "http://shop.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://shop..example"}, "PUBLIC_URL"),
        ({"HELEKET_URL": "http://pay..example"}, "HELEKET_URL"),
        ({"FRAGMENT_URL": "https://fragment..example"}, "FRAGMENT_URL"),
        ({"CIRCUIT_BREAKER_TIMEOUT": "0"}, "CIRCUIT_BREAKER_TIMEOUT"),
        ({"FRAGMENT_WALLET": "v3"}, "FRAGMENT_WALLET"),
    ],
)
def test_a_mistake_in_the_settings_is_told(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], named: str) -> None:
    """By the name of the variable that is wrong or missing, and without its value."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{named} is wrong: expected ") as told:
        read_settings(Path("none.env"), ShopSettings)
    assert not any(len(value) > 3 and value in str(told.value) for value in env.values())
