"""Which update becomes what: texts, places, edits and taps in private chats."""

import time

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bots.calories import pressed as taps
from bots.calories import texts
from bots.calories.desk import Desk
from bots.calories.said import said as answered
from bots.calories.talk import Talk
from pinstore import Store
from runtime.filters import Private
from runtime.outbox.calls import Call
from runtime.outbox.methods import Answered


class Sent(Filter):
    """Something that a person has sent, no line of Telegram's own."""

    async def __call__(self, message: Message, store: Store) -> bool:
        is_service = message.pinned_message or message.message_auto_delete_timer_changed
        return store.chat_id is not None and message.from_user is not None and not is_service


class Edited(Filter):
    """A text that was edited."""

    async def __call__(self, message: Message, store: Store) -> bool:
        return store.chat_id is not None and message.text is not None


class Pressed(Filter):
    """A button in a private chat."""

    async def __call__(self, query: CallbackQuery, store: Store) -> bool:
        return store.chat_id is not None and query.message is not None and query.message.chat.type == "private"


async def sent(message: Message, desk: Desk) -> None:
    """Whatever somebody sends."""
    zone = _zone_at(message)

    def work(talk: Talk) -> None:
        if zone:
            talk.set_zone(zone)
        if message.text is not None:
            answered(talk, message.text, message.message_id)
        elif not talk.person.norm and talk.person.question != "norm":
            talk.ask_norm()
        elif not zone:
            talk.tell(texts.NOT_UNDERSTOOD if talk.person.norm else texts.BAD_NORM)

    tag = (message.from_user.language_code if message.from_user else None) or ""
    await desk.turn(message.chat.id, int(message.date.timestamp()), tag, work)


def _zone_at(message: Message) -> str | None:
    """The time zone of a place that was sent; the place itself is kept nowhere."""
    if message.location is None:
        return None
    from tzfpy import get_tz  # noqa: PLC0415 - its data take memory, and only who sends a place needs them

    return get_tz(message.location.longitude, message.location.latitude) or None


async def edited(message: Message, desk: Desk) -> None:
    """A message that was corrected."""
    text, source = message.text or "", message.message_id
    is_other = text in texts.LABELS or text.startswith("/")

    def work(talk: Talk) -> None:
        talk.correct("?" if is_other else text, source)

    at = int(message.edit_date or message.date.timestamp())
    await desk.turn(message.chat.id, at, None, work)


async def pressed(query: CallbackQuery, desk: Desk) -> None:
    """A button below a message."""
    message, data = query.message, query.data or ""
    if message is None:
        return

    def work(talk: Talk) -> None:
        talk.answers.append(Call(method=Answered(callback_query_id=query.id)))
        taps.pressed(talk, data, message.message_id)

    await desk.turn(message.chat.id, int(time.time()), None, work)


def people_router() -> Router:
    """Private chats; in groups the bot is silent."""
    router = Router(name="calories")
    router.message.filter(Private())
    router.edited_message.filter(Private())
    router.message.register(sent, Sent())
    router.edited_message.register(edited, Edited())
    router.callback_query.register(pressed, Pressed())
    return router
