"""What the admin does with goods: /add, /price, /title, /on, /off, /goods, /gifts."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bots.shop import catalogue, delivery
from bots.shop.catalogue import CODE, FILE, GIFT, PREMIUM, STARS, Good
from bots.shop.shop import Shop
from pinstore import PlainMethod, Tables, retry
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private

KINDS = (GIFT, PREMIUM, CODE, FILE, STARS)
MOST_STARS, MOST_TITLE, MOST_ABOUT = 10_000, 32, 255
_SKU = re.compile(r"[a-z0-9_]{1,16}")
_STARS = re.compile(r"[1-9][0-9]{0,4}")
_COUNT = re.compile(r"[1-9][0-9]{0,6}")
FEWEST = 50
"""Stars that Fragment sells at once (fragment-api-lib, order arguments)."""
HOW_ADD = "❌ Нужно: /add вид sku цена что название"
HOW_SKU = "❌ sku: от 1 до 16 знаков a–z, 0–9, _"


class WrongError(Exception):
    """What is wrong with a command, in one line for the admin."""


class Gifts(PlainMethod[dict[str, Any]]):
    """getAvailableGifts."""

    __returning__ = dict[str, Any]
    __api_method__ = "getAvailableGifts"


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


def known(tables: Tables, sku: str) -> Good:
    """The good of this sku. Raises WrongError."""
    if not (good := catalogue.find(tables, sku)):
        raise WrongError(f"❌ Нет товара {sku[:16]}: список в /goods")
    return good


async def gifts(bot: Bot) -> dict[str, dict[str, Any]]:
    """Telegram's gifts by their ids. Raises WrongError."""
    try:
        found = (await bot(Gifts()))["gifts"]
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        raise WrongError(f"❌ Telegram не даёт списка подарков: {retry.reason(error)}") from None
    return {str(gift["id"]): gift for gift in found}


async def _checked(shop: Shop, kind: str, what: str) -> None:
    if kind not in KINDS:
        raise WrongError(f"❌ Вид: {', '.join(KINDS)}")
    if kind == STARS and shop.fragment is None:
        raise WrongError("❌ Вид stars не включён: нужны FRAGMENT_MNEMONIC и FRAGMENT_MAX_TON")
    if kind == STARS and not (_COUNT.fullmatch(what) and int(what) >= FEWEST):
        raise WrongError(f"❌ У stars вместо «что» стоит число звёзд, {FEWEST} или больше")
    if kind == GIFT and what not in await gifts(shop.bot):
        raise WrongError("❌ Нет такого подарка: список в /gifts")
    if kind == PREMIUM and what not in delivery.PRICES:
        raise WrongError("❌ Premium бывает на 3, 6 или 12 месяцев")
    if kind in (CODE, FILE) and what != "-":
        raise WrongError("❌ У code и file вместо «что» стоит -")


async def add(shop: Shop, args: str) -> str:
    """Put a new good on sale."""
    first, _, description = args.partition("\n")
    words = first.split(maxsplit=4)
    if len(words) < 5:
        raise WrongError(HOW_ADD)
    kind, sku, price, what, name = words
    if not _SKU.fullmatch(sku):
        raise WrongError(HOW_SKU)
    stars, title, description = price_in(price), title_in(name), description.strip()
    if len(description) > MOST_ABOUT:
        raise WrongError(f"❌ Описание: не больше {MOST_ABOUT} знаков")
    await _checked(shop, kind, what)

    def work(tables: Tables) -> str:
        if catalogue.find(tables, sku):
            raise WrongError(f"❌ Товар {sku} уже есть")
        catalogue.add(tables, sku, kind, stars, what, title, description)
        return _told(sku, title, stars)

    return await shop.store.write(work)


async def price(shop: Shop, args: str) -> str:
    """Change a price."""
    sku, _, rest = args.partition(" ")

    def work(tables: Tables) -> str:
        good = known(tables, sku)
        stars = price_in(rest.strip())
        catalogue.set_price(tables, sku, stars)
        return _told(sku, good.title, stars)

    return await shop.store.write(work)


async def title(shop: Shop, args: str) -> str:
    """Change a title."""
    sku, _, rest = args.partition(" ")

    def work(tables: Tables) -> str:
        good = known(tables, sku)
        name = title_in(rest)
        catalogue.set_title(tables, sku, name)
        return _told(sku, name, good.price)

    return await shop.store.write(work)


async def switch(shop: Shop, args: str, *, is_on: bool) -> str:
    """Show or hide a good."""

    def work(tables: Tables) -> str:
        good = known(tables, args.strip())
        catalogue.switch(tables, good.sku, is_on=is_on)
        return f"✅ {good.sku}: {'в продаже' if is_on else 'скрыт'}"

    return await shop.store.write(work)


async def goods(shop: Shop, _: str) -> str:
    """All goods, a line each."""

    def work(tables: Tables) -> str:
        lines = [_line(tables, good) for good in catalogue.everything(tables)]
        return "\n".join([f"🛍 Товары: {len(lines)}", *lines])

    return await shop.store.read(work)


async def list_gifts(shop: Shop, _: str) -> str:
    """Telegram's gifts, a line each."""
    found = await gifts(shop.bot)
    lines = [f"{one}: {gift['star_count']} ⭐{_left(gift)}" for one, gift in found.items()]
    return "\n".join([f"🎁 Подарки: {len(found)}", *lines])


def _told(sku: str, name: str, stars: int) -> str:
    return f"✅ {sku}: {name}, {stars} ⭐"


def _line(tables: Tables, good: Good) -> str:
    stocked = {CODE: f", в наличии {catalogue.left(tables, good)}", FILE: "" if good.file else ", файла нет"}
    return f"{good.sku}: {good.title}, {good.price} ⭐{stocked.get(good.kind, '')}{'' if good.is_on else ', скрыт'}"


def _left(gift: dict[str, Any]) -> str:
    return f", осталось {gift['remaining_count']}" if "remaining_count" in gift else ""


Work = Callable[[Shop, str], Awaitable[str]]

GOODS: dict[str, Work] = {
    "add": add,
    "price": price,
    "title": title,
    "on": lambda shop, args: switch(shop, args, is_on=True),
    "off": lambda shop, args: switch(shop, args, is_on=False),
    "goods": goods,
    "gifts": list_gifts,
}


async def obey(message: Message, shop: Shop, work: Work, args: str | None) -> None:
    """Do what a command says, and answer with one text."""
    try:
        answer = await work(shop, args or "")
    except WrongError as error:
        answer = str(error)
    shop.outbox.send(message.chat.id, answer)


async def command(message: Message, command: CommandObject, shop: Shop) -> None:
    """A command about goods."""
    await obey(message, shop, GOODS[command.command.lower()], command.args)


def goods_router() -> Router:
    """The admin's commands about goods; for anyone else they are unknown ones."""
    router = Router(name="goods")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(command, Command(*GOODS, ignore_case=True))
    return router
