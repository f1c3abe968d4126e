"""What the shop's stories share: a shop that is set up and stocked, and people who look at its screens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.state.view import NotShownError
from tests.stories.harness import PATIENCE, set_up, stored

if TYPE_CHECKING:
    from emulator.state.chats import Json
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

FREE = {f"RATE_LIMIT_USER_{what}": "100000" for what in ("MESSAGES", "OPERATIONS", "PAYMENTS", "API")}
"""Stories press faster than people do."""

GOODS = {
    "key": "/add code key 30 - Ключ\nДля игры",
    "book": "/add file book 20 - Книга",
    "bear": "/add gift bear 40 {gift} Мишка",
    "prem": "/add premium prem 1100 3 Премиум",
}


async def open_shop(bot: Bot, telegram: Telegram, codes: str = "AAA-1\nBBB-2\n", **env: str) -> Person:
    """Start it with goods of four kinds; the bot has Stars for gifts."""
    if not bot.running:
        await bot.start(BOT="shop", **{**FREE, **env})
    admin = await set_up(bot, telegram)
    telegram.bot().money.receive(5000)
    gift = next(iter(telegram.gifts.all))
    for sku, command in GOODS.items():
        assert (await told(admin, command.format(gift=gift))).startswith(f"✅ {sku}: ")
    admin.send_file("codes.txt", codes.encode(), "/stock key")
    await seen(admin, "📦 key: добавлено")
    admin.send_file("book.pdf", b"a book", "/stock book")
    await seen(admin, "📦 book: файл принят")
    return admin


async def told(person: Person, text: str) -> str:
    """Say something and wait for the answer."""
    person.send(text)
    return await person.answer(timeout=PATIENCE)


async def seen(person: Person, beginning: str, count: int = 1) -> str:
    """Wait until so many messages that begin so are there; the newest."""

    def found() -> list[str]:
        return [text for text in person.answers if text.startswith(beginning)]

    await person.wait(lambda: len(found()) >= count, PATIENCE)
    return found()[-1]


async def button(person: Person, text: str, message: Json | None = None) -> str:
    """Press a button as soon as it is there, and wait for the press to be answered; what the answer says."""
    query = await person.wait(lambda: _pressed(person, text, message), PATIENCE)
    await person.wait(lambda: person.alert(query), PATIENCE)
    return str((person.alert(query) or {}).get("text", ""))


def _pressed(person: Person, text: str, message: Json | None) -> str:
    try:
        return person.press(text, message)
    except NotShownError:
        return ""


async def card(person: Person, sku: str) -> Json:
    """A good's card, newly opened."""
    before = len(person.messages)
    person.send(f"/start {sku}")
    return (
        await person.wait(
            lambda: next((one for one in reversed(person.messages[before:]) if "💵 Цена" in one.get("text", "")), None),
            PATIENCE,
        )
        or {}
    )


async def invoice(person: Person, count: int = 1) -> Json:
    """The newest invoice, when there are so many."""

    def found() -> list[Json]:
        return [message for message in person.messages if "invoice" in message]

    await person.wait(lambda: len(found()) >= count, PATIENCE)
    return found()[-1]


async def fill(person: Person, amount: int) -> Any:
    """Top up by Stars."""
    before = sum("invoice" in message for message in person.messages)
    thanks = f"✅ Платеж успешен! +{amount} ⭐"
    count = sum(text.startswith(thanks) for text in person.answers)
    await told(person, str(amount))
    await button(person, "⭐ Звёздами Telegram")
    paid = await person.paid(await invoice(person, before + 1))
    assert paid.outcome == "paid", paid.error
    await seen(person, thanks, count + 1)
    return paid


async def forged(telegram: Telegram, person: Person, data: str) -> str:
    """A press with data that no button has; what the alert says."""
    bot = telegram.bot()
    query = bot.new_query(person.id)
    update = {"id": query, "from": person.user, "message": person.messages[-1], "chat_instance": "1", "data": data}
    bot.notify("callback_query", update)
    await person.wait(lambda: person.alert(query), PATIENCE)
    return str((person.alert(query) or {})["text"])


def order_in(text: str) -> str:
    """The id of an order in a screen."""
    found = re.search(r"🧾 Заказ: ([a-z0-9]{16})", text)
    assert found, text
    return found[1]


def rows(telegram: Telegram, table: str) -> list[list[Any]]:
    """A table as the document has it."""
    found: list[list[Any]] = stored(telegram).get("tables", {}).get(table, {"rows": []})["rows"]
    return found
