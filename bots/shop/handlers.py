"""What customers send and press."""

import re
from collections.abc import Callable

from aiogram import Router
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import CallbackQuery, Message

from bots.shop import screens, texts
from bots.shop.screens import Screen
from bots.shop.shop import Shop, meet
from pinstore import Tables
from runtime.filters import SENT, Private
from runtime.presses import let_go

MOST = 10_000
_TRY = re.compile(r"\s*[+\-−–—±＋－]?\d")
_NUMBER = re.compile(r" *[0-9]{1,5} *")

Read = Callable[[Tables], Screen]


class Content(Filter):
    """Anything that a person sends, but no line of Telegram's own."""

    async def __call__(self, message: Message) -> bool:
        return message.content_type in SENT


async def command(message: Message, command: CommandObject, shop: Shop) -> None:
    """A screen by its command; /start SKU opens a card."""
    name, person = command.command.lower(), message.chat.id
    if name == "purchase" or (name == "start" and command.args):
        await shop.look()
    read = reader(shop, person, name, (command.args or "").strip())
    await show(message, shop, read)


def reader(shop: Shop, person: int, name: str, argument: str = "") -> Read:
    """What a command or button shows."""
    number = int(argument) if re.fullmatch(r"[0-9]{1,9}", argument) else 0
    readers: dict[str, Read] = {
        "help": lambda _: screens.help_screen(shop.contact),
        "balance": lambda tables: screens.balance(tables, person),
        "payment": lambda _: screens.amounts(),
        "purchase": lambda tables: screens.shelf(tables, number, shop.away),
        "history": lambda tables: screens.past(tables, person, number, shop.settings.zone),
        "paysupport": lambda tables: screens.support(tables, person, shop.contact),
        "terms": lambda _: screens.terms(shop.contact),
    }
    return readers.get(name, lambda tables: screens.card(tables, argument) or screens.main())


async def text(message: Message, shop: Shop) -> None:
    """A number opens its top-up; a typed number never charges anybody."""
    said = message.text or ""
    if not _TRY.match(said):
        await show(message, shop, lambda _: Screen(texts.UNKNOWN_COMMAND))
        return
    amount = int(said) if _NUMBER.fullmatch(said) else 0
    is_good, has_crypto = 1 <= amount <= MOST, shop.heleket is not None
    await show(
        message, shop, lambda _: screens.ways(amount, with_crypto=has_crypto) if is_good else Screen(texts.NOT_A_NUMBER)
    )


async def show(message: Message, shop: Shop, read: Read) -> None:
    """Know who has written, and show a screen."""
    person, name = message.chat.id, message.chat.first_name or ""

    def work(tables: Tables) -> Screen:
        meet(tables, person, name)
        return read(tables)

    shop.show(person, await shop.store.write(work))


BUTTONS = {"menu": "start", "help": "help", "balance": "balance", "fill": "payment", "page": "purchase"}
"""Buttons that only show something, and the command that does the same."""


async def pressed(query: CallbackQuery, shop: Shop) -> None:
    """A button that shows a screen in the place of the message."""
    name, _, argument = (query.data or "").partition(":")
    person = query.from_user.id
    read: Read | None = None
    if name == "fill" and argument:
        read = _ways(argument, with_crypto=shop.heleket is not None)
    elif name == "good":
        found = await shop.store.read(lambda tables: screens.card(tables, argument))
        read = None if found is None else lambda _: found
    elif name in BUTTONS or name == "history":
        read = reader(shop, person, BUTTONS.get(name, name), argument)
    if read is None:
        await let_go(shop.bot, query.id, shop.say(person, texts.UNKNOWN), is_alert=True)
        return
    await let_go(shop.bot, query.id)
    if name in ("good", "page"):
        await shop.look()
    shop.show(person, await shop.store.read(read), query.message.message_id if query.message else 0)


def _ways(argument: str, *, with_crypto: bool) -> Read | None:
    amount = int(argument) if _NUMBER.fullmatch(argument) else 0
    return (lambda _: screens.ways(amount, with_crypto=with_crypto)) if 1 <= amount <= MOST else None


def customers_router() -> Router:
    """All that comes from people and is no money."""
    router = Router(name="customers")
    router.message.filter(Private())
    for name in texts.COMMANDS:
        router.message.register(command, Command(name, ignore_case=True))
    router.message.register(text, Content())
    router.callback_query.register(pressed)
    return router
