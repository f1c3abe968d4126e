"""Which update becomes what: messages and buttons in private chats."""

import asyncio
from collections.abc import Callable

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bots.bazaar import boards, said
from bots.bazaar.calls import SendText
from bots.bazaar.desk import Desk
from bots.bazaar.pressed import pressed
from bots.bazaar.said import Taken
from bots.bazaar.visit import Visit
from pinstore import Store
from runtime.filters import Private
from runtime.outbox.calls import Call

SERVICE = frozenset({"pinned_message", "message_auto_delete_timer_changed", "gift", "unknown"})
"""Lines of Telegram's own."""

STILL = 0.5
"""Seconds without a further photo after which those that came are told."""


class Sent(Filter):
    """Something that a person has sent, while there is a place where it can be kept."""

    async def __call__(self, message: Message, store: Store) -> bool:
        is_his = message.from_user is not None and message.content_type not in SERVICE
        return store.chat_id is not None and is_his


class Pressed(Filter):
    """A button in a private chat."""

    async def __call__(self, query: CallbackQuery, store: Store) -> bool:
        return store.chat_id is not None and query.message is not None and query.message.chat.type == "private"


class Albums:
    """Answers to photos: one for each album, when no more of it come."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: dict[tuple[int, str], tuple[asyncio.TimerHandle, Callable[[], None]]] = {}

    def tell(self, person: int, album: str, taken: Taken, code: str) -> None:
        """Say this soon, unless something else is to be said of the same album by then."""
        if earlier := self._waiting.pop((person, album), None):
            earlier[0].cancel()
        call = SendText(chat_id=person, text=taken.text, reply_markup=boards.reply(taken.keyboard, code))

        def say() -> None:
            del self._waiting[person, album]
            self._desk.outbox.put(person, Call(method=call))

        self._waiting[person, album] = asyncio.get_running_loop().call_later(STILL, say), say

    def flush(self, person: int) -> None:
        """He says something else: what was to be said of his albums comes before the answer to that."""
        for waiting in [key for key in self._waiting if key[0] == person]:
            handle, say = self._waiting[waiting]
            handle.cancel()
            say()


async def sent(message: Message, desk: Desk, albums: Albums) -> None:
    """Whatever somebody sends."""
    user = message.from_user
    assert user  # noqa: S101 - see Sent
    taken: list[Taken] = []
    if message.media_group_id is None:
        albums.flush(user.id)
    visit = await desk.turn(user, _work(message, taken), date=int(message.date.timestamp()), message=message.message_id)
    if taken:
        albums.tell(user.id, message.media_group_id or str(message.message_id), taken[0], visit.me.code)


def _work(message: Message, taken: list[Taken]) -> Callable[[Visit], None]:
    text, contact, photos = message.text, message.contact, message.photo

    def work(visit: Visit) -> None:
        if text is not None:
            said.text(visit, text)
        elif contact:
            said.contact(visit, contact.phone_number, contact.user_id or 0)
        elif photos:
            largest = photos[-1]
            answer = said.photo(visit, message.message_id, largest.file_id, largest.file_unique_id)
            taken[:] = [answer] if answer else []
        else:
            said.other(visit)

    return work


async def tapped(query: CallbackQuery, desk: Desk) -> None:
    """A button below one of the bot's messages."""
    message, data = query.message, query.data or ""
    number = message.message_id if message else 0
    await desk.turn(query.from_user, lambda visit: pressed(visit, data), message=number, query=query.id)


def people_router() -> Router:
    """Private chats."""
    router = Router(name="people")
    router.message.register(sent, Private(), Sent())
    router.callback_query.register(tapped, Pressed())
    return router
