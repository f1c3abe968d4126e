"""What the admin's commands say, read; what is wrong is refused whole, in one line."""

import re

from aiogram.exceptions import TelegramAPIError

from bots.shop import catalogue, presents
from bots.shop.catalogue import CODE, FILE, GIFT, PREMIUM, STARS, Good
from bots.shop.presents import Gift
from bots.shop.shop import Shop
from pinstore import Tables, retry
from runtime.values import MAX_ID

KINDS = (GIFT, PREMIUM, CODE, FILE, STARS)
MOST_STARS, MOST_TITLE, MOST_ABOUT = 10_000, 32, 255
FEWEST = 50
"""Stars that Fragment sells at once (fragment-api-lib, order arguments)."""
_SKU = re.compile(r"[a-z0-9_]{1,16}")
_STARS = re.compile(r"[1-9][0-9]{0,4}")
_COUNT = re.compile(r"[1-9][0-9]{0,6}")
_SIGNED = re.compile(r"[+\-−]?[0-9]{1,9}")


class WrongError(Exception):
    """What is wrong with a command, in one line for the admin."""


def sku_in(text: str) -> str:
    """A sku. Raises WrongError."""
    if not _SKU.fullmatch(text):
        raise WrongError("❌ sku: от 1 до 16 знаков a–z, 0–9, _")
    return text


def price_in(text: str) -> int:
    """A price. Raises WrongError."""
    if not _STARS.fullmatch(text) or int(text) > MOST_STARS:
        raise WrongError(f"❌ Цена: целое число от 1 до {MOST_STARS}")
    return int(text)


def title_in(text: str) -> str:
    """A title. Raises WrongError."""
    title = " ".join(text.split())
    if not 1 <= len(title) <= MOST_TITLE:
        raise WrongError(f"❌ Название: от 1 до {MOST_TITLE} знаков")
    return title


def about_in(text: str) -> str:
    """A description. Raises WrongError."""
    about = text.strip()
    if len(about) > MOST_ABOUT:
        raise WrongError(f"❌ Описание: не больше {MOST_ABOUT} знаков")
    return about


def number_in(text: str) -> int:
    """A whole number with a sign or without one; 0 if it is none."""
    return int(text.replace("−", "-")) if _SIGNED.fullmatch(text) else 0


def person_in(text: str) -> int:
    """An id. Raises WrongError."""
    if not re.fullmatch(r"[0-9]{1,16}", text) or not 1 <= int(text) <= MAX_ID:
        raise WrongError("❌ id: число, его показывает /player")
    return int(text)


def known(tables: Tables, sku: str) -> Good:
    """The good of this sku. Raises WrongError."""
    if not (good := catalogue.find(tables, sku_in(sku))):
        raise WrongError(f"❌ Нет товара {sku}: список в /goods")
    return good


async def gifts(shop: Shop) -> dict[str, Gift]:
    """Telegram's gifts by their ids. Raises WrongError."""
    try:
        return await presents.gifts(shop.bot)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        raise WrongError(f"❌ Telegram не даёт списка подарков: {retry.reason(error)}") from None


async def check(shop: Shop, kind: str, what: str) -> None:
    """Whether such a thing can be sold. Raises WrongError."""
    if kind not in KINDS:
        raise WrongError(f"❌ Вид: {', '.join(KINDS)}")
    if kind == STARS and shop.fragment is None:
        raise WrongError("❌ Вид stars не включён: нужны FRAGMENT_MNEMONIC и FRAGMENT_MAX_TON")
    if kind == STARS and not (_COUNT.fullmatch(what) and int(what) >= FEWEST):
        raise WrongError(f"❌ У stars вместо «что» стоит число звёзд, {FEWEST} или больше")
    if kind == GIFT and what not in await gifts(shop):
        raise WrongError("❌ Нет такого подарка: список в /gifts")
    if kind == PREMIUM and what not in presents.PRICES:
        raise WrongError("❌ Premium бывает на 3, 6 или 12 месяцев")
    if kind in (CODE, FILE) and what != "-":
        raise WrongError("❌ У code и file вместо «что» стоит -")
