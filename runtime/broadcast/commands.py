"""What the admin does with broadcasts: asks for one by replying to a message, begins it and steers it by buttons."""

import logging
import re

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from pinstore import retry
from runtime.admin.chat import AdminChat
from runtime.admin.set_up import FromBackupChat
from runtime.broadcast import broadcast_texts as texts
from runtime.broadcast.broadcaster import Broadcaster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.confidential import objection
from runtime.broadcast.mailing import ASKED, CANCELLED, PAUSED, RUNNING, STOPPED
from runtime.filters import Private, Text

log = logging.getLogger(__name__)

CHANGES = {
    texts.CANCEL: ([ASKED], CANCELLED),
    texts.PAUSE: ([RUNNING], PAUSED),
    texts.RESUME: ([PAUSED], RUNNING),
    texts.STOP: ([RUNNING, PAUSED], STOPPED),
}
"""From which status to which a button leads; the one that begins a broadcast has conditions of its own."""

_BUTTON = re.compile(rf"{texts.PREFIX}:([a-z]+):([0-9]{{1,15}})(?::([0-9]{{1,15}}))?")
"""Action, number of the broadcast and id of the message that is sent, which buttons of older versions do not have."""


class Pressed(Filter):
    """A button of a broadcast that does one of these."""

    def __init__(self, *actions: str) -> None:
        self._actions = actions

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, object]:
        found = _BUTTON.fullmatch(query.data or "")
        if found is None or found[1] not in self._actions:
            return False
        return {"action": found[1], "number": int(found[2]), "source": int(found[3] or 0)}


async def ask(message: Message, bot: Bot, broadcasts: Broadcasts, broadcaster: Broadcaster, admin: AdminChat) -> None:
    """Have the admin asked whether all players shall get the message that this one answers."""
    source = message.reply_to_message
    if source is None or source.forum_topic_created:  # in a topic, who answers nothing answers its beginning
        admin.tell(message.chat.id, texts.HOW)
    elif why := objection(source, bot.id, admin.app.name):
        admin.tell(message.chat.id, why)
    elif await broadcasts.ask(message.chat.id, source.message_id):
        broadcaster.wake()
    else:
        admin.tell(message.chat.id, texts.ALREADY)


async def changed(message: Message, broadcasts: Broadcasts, broadcaster: Broadcaster, admin: AdminChat) -> None:
    """A message about which the admin was asked has been edited: what he saw is not what would go out."""
    if await broadcasts.cancel(message.chat.id, message.message_id):
        broadcaster.wake()
        admin.tell(message.chat.id, texts.CHANGED)


async def begin(
    query: CallbackQuery,
    broadcasts: Broadcasts,
    broadcaster: Broadcaster,
    admin: AdminChat,
    number: int,
    source: int,
) -> None:
    """Send the message to all who play now."""
    if await broadcasts.begin(number, source):
        broadcaster.wake()
        await _answer(query, admin.say(texts.PRESSED[texts.SEND]))
        return
    status = await broadcasts.status(number, source)
    words = texts.NOT_BEGUN.get(status, texts.TOO_LATE)
    if not await _answer(query, admin.say(words)):
        admin.tell(query.from_user.id, words)


async def steer(
    query: CallbackQuery,
    broadcasts: Broadcasts,
    broadcaster: Broadcaster,
    admin: AdminChat,
    action: str,
    number: int,
    source: int,
) -> None:
    """Cancel, pause, go on or stop."""
    before, after = CHANGES[action]
    is_done = await broadcasts.steer(number, before, after, source)
    broadcaster.wake()
    await _answer(
        query, admin.say(texts.PRESSED[action] if is_done else texts.TOO_LATE)
    )  # the message itself will show it


async def _answer(query: CallbackQuery, words: str) -> bool:
    """Say it where the button was pressed; False if it is too late for that, as after a restart."""
    try:
        return await query.answer(words)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.info("A pressed button was not answered: %s", retry.reason(error))
        return False


def broadcast_router() -> Router:
    """What only the admin may do, in the private chat where the backup is."""
    router = Router(name="broadcast")
    router.message.filter(Private(), FromBackupChat())
    router.edited_message.filter(Private(), FromBackupChat())
    router.callback_query.filter(FromBackupChat())
    router.message.register(ask, Text(), Command("broadcast", ignore_case=True))
    router.edited_message.register(changed)
    router.callback_query.register(begin, Pressed(texts.SEND))
    router.callback_query.register(steer, Pressed(*CHANGES))
    return router
