"""What the admin does with goods: /add, /price, /title, /on, /off, /goods, /gifts."""

from collections.abc import Awaitable, Callable

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bots.shop import catalogue
from bots.shop.catalogue import CODE, FILE, Good
from bots.shop.presents import Gift
from bots.shop.reading import WrongError, about_in, check, gifts, known, price_in, sku_in, title_in
from bots.shop.shop import Shop
from pinstore import Tables
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private
from runtime.outbox.answer import LONGEST

HOW_ADD = "❌ Нужно: /add вид sku цена что название"


async def add(shop: Shop, args: str) -> str:
    """Put a new good on sale."""
    first, _, description = args.partition("\n")
    words = first.split(maxsplit=4)
    if len(words) < 5:
        raise WrongError(HOW_ADD)
    kind, sku, price, what, name = words
    sku_in(sku)
    stars, title, about = price_in(price), title_in(name), about_in(description)
    await check(shop, kind, what)

    def work(tables: Tables) -> str:
        if catalogue.find(tables, sku):
            raise WrongError(f"❌ Товар {sku} уже есть")
        catalogue.add(tables, sku, kind, stars, what, title, about)
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
    found = await gifts(shop)
    lines = [f"{one}: {gift['star_count']} ⭐{_left(gift)}" for one, gift in found.items()]
    return "\n".join([f"🎁 Подарки: {len(found)}", *lines])


def _told(sku: str, name: str, stars: int) -> str:
    return f"✅ {sku}: {name}, {stars} ⭐"


def _line(tables: Tables, good: Good) -> str:
    stocked = {CODE: f", в наличии {catalogue.left(tables, good)}", FILE: "" if good.file else ", файла нет"}
    return f"{good.sku}: {good.title}, {good.price} ⭐{stocked.get(good.kind, '')}{'' if good.is_on else ', скрыт'}"


def _left(gift: Gift) -> str:
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
    """Do what a command says, and answer with a text, or several if there are too many lines for one."""
    try:
        answer = await work(shop, args or "")
    except WrongError as error:
        answer = str(error)
    for text in _texts(answer):
        shop.outbox.send(message.chat.id, text)


def _texts(answer: str) -> list[str]:
    """Its lines, in as few messages as can be."""
    texts = [""]
    for line in answer.split("\n"):
        if len(texts[-1]) + 1 + len(line) > LONGEST:
            texts.append("")
        texts[-1] += f"\n{line}" if texts[-1] else line
    return texts


async def command(message: Message, command: CommandObject, shop: Shop) -> None:
    """A command about goods."""
    await obey(message, shop, GOODS[command.command.lower()], command.args)


def goods_router() -> Router:
    """The admin's commands about goods; for anyone else they are unknown ones."""
    router = Router(name="goods")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(command, Command(*GOODS, ignore_case=True))
    return router
