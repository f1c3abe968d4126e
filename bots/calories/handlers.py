"""Which update becomes what: texts, places, edits and taps in private chats."""

import time

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bots.calories import days
from bots.calories.desk import Desk
from bots.calories.noting import correct
from bots.calories.pressed import pressed
from bots.calories.said import named, said
from bots.calories.talk import Talk
from runtime.filters import Private, Sent
from runtime.presses import Pressed, let_go


async def sent(message: Message, desk: Desk) -> None:
    """Whatever somebody sends; a place itself is kept nowhere."""
    place, text = message.location, message.text
    zone = days.zone_at(place.longitude, place.latitude) if place else None

    def work(talk: Talk) -> None:
        if zone:
            talk.set_zone(zone)
        said(talk, text, message.message_id, is_told=zone is not None)

    tag = (message.from_user.language_code if message.from_user else None) or ""
    await desk.turn(message.chat.id, int(message.date.timestamp()), tag, work)


async def edited(message: Message, desk: Desk) -> None:
    """A message that was corrected; labels and commands are no entries, nor is what has no text any more."""
    text, source = message.text or "", message.message_id
    is_other = named(text)[0] != ""

    def work(talk: Talk) -> None:
        correct(talk, "" if is_other else text, source)

    at = int(message.edit_date or message.date.timestamp())
    await desk.turn(message.chat.id, at, None, work)


async def tapped(query: CallbackQuery, desk: Desk, bot: Bot) -> None:
    """A button below a message."""
    message, data = query.message, query.data or ""
    if message is not None:
        await desk.turn(message.chat.id, int(time.time()), None, lambda talk: pressed(talk, data, message.message_id))
    await let_go(bot, query.id)


def people_router() -> Router:
    """Private chats; in groups the bot is silent."""
    router = Router(name="calories")
    router.message.register(sent, Private(), Sent())
    router.edited_message.register(edited, Private(), Sent())
    router.callback_query.register(tapped, Pressed())
    return router
