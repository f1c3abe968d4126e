"""In which language the admin is spoken to who is no person of the bot: all others choose with everybody else."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.filters import Command, Filter
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove, TelegramObject

from runtime.admin.chat import AdminChat
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.languages import Languages, Phrase
from runtime.outbox.outbox import Outbox
from runtime.people import People

CHOOSE = Phrase("Choose a language")
CHOSEN = Phrase("The bot speaks English now")
NAME = Phrase("English")


class NoPerson(Filter):
    """Somebody who is not in the table of people."""

    async def __call__(self, message: Message, people: People) -> bool:
        return await people.status(message.chat.id) is None


class Chosen(Filter):
    """The name of a language, as it calls itself."""

    async def __call__(self, message: Message, languages: Languages) -> bool | dict[str, str]:
        named = {languages.say(NAME, code): code for code in languages.available_locales}
        return {"code": named[message.text]} if message.text in named else False


async def ask(message: Message, languages: Languages, admin: AdminChat, outbox: Outbox) -> None:
    """Show the languages."""
    names = [KeyboardButton(text=languages.say(NAME, code)) for code in languages.available_locales]
    keyboard = ReplyKeyboardMarkup(keyboard=[names], resize_keyboard=True, one_time_keyboard=True)
    outbox.send(message.chat.id, admin.say(CHOOSE), keyboard)


async def choose(message: Message, admin: AdminChat, outbox: Outbox, code: str) -> None:
    """Speak another language from now on."""
    await admin.choose(code)
    outbox.send(message.chat.id, admin.say(CHOSEN), ReplyKeyboardRemove(remove_keyboard=True))


class MenuFollows(BaseMiddleware):
    """Shows the admin's command menu in his language as soon as that is another one."""

    def __init__(self, admin: AdminChat, show: Callable[[], None]) -> None:
        self._admin = admin
        self._show = show

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        before = self._admin.language
        try:
            return await handler(event, data)
        finally:
            if self._admin.language != before:
                self._show()


def language_router(without: Collection[str]) -> Router:
    """The choice of an admin who is no person of the bot, unless that has one of its own for him as well."""
    router = Router(name="admin language")
    if "language" in without:
        return router
    router.message.filter(Private(), FromBackupChat(), Text(), NoPerson())
    router.message.register(ask, Command("language", ignore_case=True))
    router.message.register(choose, Chosen())
    return router
