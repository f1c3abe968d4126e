"""The shop's own variables."""

import hashlib
import hmac
import importlib.util
import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, model_validator

from runtime.hosts import require_name
from runtime.settings import Settings
from runtime.values import EXPECTED

PAIRS = (("heleket_merchant", "heleket_api_key"), ("fragment_mnemonic", "fragment_max_ton"))
"""Both are set, or neither."""
MISSING = object()
"""What no field takes: the mistake then has the name of the one that is missing."""
SECRET = 32
"""Bytes of a secret that tokens are signed with."""
PER_MINUTE = "how many in a minute, a whole number from 1 to 100000"
Limit = Annotated[int, Field(ge=1, le=100_000)]
WORDS = 24
_SEED_ROUNDS = 390
"""As TON derives keys from words: 100,000 rounds, a 256th of them for the check."""


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone") from None
    return value


def _secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]{1,256}", value.get_secret_value()):
        raise ValueError("not a key")
    return value


def _outside(value: str) -> str:
    return _address(r"https://[^\s/?#@]+(/[^\s?#]*)?", value)


def _processor(value: str) -> str:
    """It is told a signature, but no key."""
    return _outside(re.sub("^http:", "https:", value)) and value.rstrip("/")


def _service(value: str) -> str:
    """TLS, but on this machine: a key is sent there."""
    return _address(r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/[^\s?#]*)?", value)


def _address(shape: str, value: str) -> str:
    if not re.fullmatch(shape, value):
        raise ValueError("not an address")
    require_name(urlsplit(value).hostname)
    return value.rstrip("/")


def _mnemonic(value: SecretStr) -> SecretStr:
    """Words that belong together, by TON's own checksum; the library that signs with them is there."""
    words = value.get_secret_value().lower().split()
    entropy = hmac.new(" ".join(words).encode(), b"", hashlib.sha512).digest()
    is_seed = hashlib.pbkdf2_hmac("sha512", entropy, b"TON seed version", _SEED_ROUNDS)[0] == 0
    if len(words) != WORDS or not is_seed or importlib.util.find_spec("fragment_api_lib") is None:
        raise ValueError("not a mnemonic")
    return SecretStr(" ".join(words))


def _long(value: SecretStr) -> SecretStr:
    """As long as what HS256 makes of it (RFC 7518, 3.2)."""
    if len(value.get_secret_value().encode()) < SECRET:
        raise ValueError("too short")
    return value


def _either(name: str) -> Any:
    return Field(validation_alias=AliasChoices(f"rate_limit_user_{name}", f"rate_limit_{name}"))


class ShopSettings(Settings):
    """Beside those that all bots have."""

    expected: ClassVar = {
        **EXPECTED,
        "SUPPORT_CONTACT": "the name of somebody at Telegram, @name",
        "TIMEZONE": "a time zone such as Europe/Moscow",
        "ORDER_TTL": "seconds in which an order can be paid, a whole number from 1 to 86400",
        "RATE_LIMIT_USER_MESSAGES": PER_MINUTE,
        "RATE_LIMIT_USER_OPERATIONS": f"{PER_MINUTE}; RATE_LIMIT_OPERATIONS is the same variable",
        "RATE_LIMIT_USER_PAYMENTS": f"{PER_MINUTE}; RATE_LIMIT_PAYMENTS is the same variable",
        "RATE_LIMIT_USER_API": f"{PER_MINUTE}; RATE_LIMIT_API is the same variable",
        "RATE_LIMIT_PREMIUM_MULTIPLIER": "how many times as much with Telegram Premium, a number from 1 to 10",
        "JWT_SECRET": "a secret of at least 32 bytes",
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "failures in a row, a whole number from 1 to 1000",
        "CIRCUIT_BREAKER_TIMEOUT": "seconds, a number above 0 and at most 86400",
        "CIRCUIT_BREAKER_SUCCESS_THRESHOLD": "successes in a row, a whole number from 1 to 1000",
        "PUBLIC_URL": "the address under which the port is reached from outside, https://…",
        "HELEKET_MERCHANT": "the merchant's id at Heleket, together with HELEKET_API_KEY",
        "HELEKET_API_KEY": "the key for payments from Heleket, together with HELEKET_MERCHANT",
        "HELEKET_URL": "the address of the processor, http://… or https://…",
        "HELEKET_CURRENCY": "a currency such as USDT, 3 to 10 of A–Z and 0–9",
        "STAR_PRICE": "what a Star costs in HELEKET_CURRENCY, a decimal above 0 such as 0.02",
        "HELEKET_POLL": "seconds between looks at an open invoice, a number above 0 and at most 86400",
        "FRAGMENT_MNEMONIC": (
            f"the {WORDS} words of a TON wallet, together with FRAGMENT_MAX_TON; "
            "requirements-fragment.txt has to be installed"
        ),
        "FRAGMENT_MAX_TON": "the most TON that an order may cost, a decimal above 0, together with FRAGMENT_MNEMONIC",
        "FRAGMENT_WALLET": "v4r2 or v5r1",
        "FRAGMENT_COOKIES": "the cookies of an account at Fragment, in one line",
        "FRAGMENT_URL": "the address of the service, https://…",
    }

    support_contact: Annotated[str, Field(pattern=r"^@[A-Za-z][A-Za-z0-9_]{3,31}$")] | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    order_ttl: Annotated[int, Field(ge=1, le=86400)] = 900

    rate_limit_user_messages: Limit = 30
    rate_limit_user_operations: Annotated[Limit, _either("operations")] = 20
    rate_limit_user_payments: Annotated[Limit, _either("payments")] = 5
    rate_limit_user_api: Annotated[Limit, _either("api")] = 10
    rate_limit_premium_multiplier: Annotated[float, Field(ge=1, le=10, allow_inf_nan=False)] = 2.0
    jwt_secret: Annotated[SecretStr, AfterValidator(_long)] | None = None

    circuit_breaker_failure_threshold: Annotated[int, Field(ge=1, le=1000)] = 5
    circuit_breaker_timeout: Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)] = 120.0
    circuit_breaker_success_threshold: Annotated[int, Field(ge=1, le=1000)] = 2

    public_url: Annotated[str, AfterValidator(_outside)] | None = None
    heleket_merchant: Annotated[str, Field(pattern=r"^[!-~]{1,128}$")] | None = None
    heleket_api_key: Annotated[SecretStr, AfterValidator(_secret)] | None = None
    heleket_url: Annotated[str, AfterValidator(_processor)] = "https://api.heleket.com"
    heleket_currency: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,10}$")] = "USDT"
    star_price: Annotated[Decimal, Field(gt=0, le=1_000_000, max_digits=24, allow_inf_nan=False)] = Decimal("0.02")
    heleket_poll: Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)] = 15.0

    fragment_mnemonic: Annotated[SecretStr, AfterValidator(_mnemonic)] | None = None
    fragment_max_ton: Annotated[Decimal, Field(gt=0, le=1_000_000, max_digits=24, allow_inf_nan=False)] | None = None
    fragment_wallet: Literal["v4r2", "v5r1"] = "v4r2"
    fragment_cookies: Annotated[SecretStr, Field(max_length=8192)] | None = None
    fragment_url: Annotated[str, AfterValidator(_service)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _pair(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Of a pair the missing one is what is wrong."""
        given = {name for name, value in values.items() if str(value).strip()}
        broken = [pair for pair in PAIRS if len(given & set(pair)) == 1]
        return {**values, **{name: MISSING for pair in broken for name in pair if name not in given}}

    @property
    def zone(self) -> ZoneInfo:
        """In which dates are told."""
        return ZoneInfo(self.timezone)
