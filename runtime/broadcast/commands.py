"""What the admin does with broadcasts: begins one by replying to a message, and steers it by buttons."""

from contextlib import suppress

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message, Update

from bots.clicker.handlers import Private, Text
from pinstore.chat.retry import TRANSIENT
from pinstore.keeping.keeper import Keeper
from runtime.admin.set_up import FromBackupChat
from runtime.broadcast import broadcast_texts as texts
from runtime.broadcast.broadcaster import Broadcaster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.mailing import PAUSED, RUNNING, STOPPED
from runtime.outbox.outbox import Outbox

CHANGES = {
    texts.PAUSE: ([RUNNING], PAUSED),
    texts.RESUME: ([PAUSED], RUNNING),
    texts.STOP: ([RUNNING, PAUSED], STOPPED),
}
"""From which status to which a button leads."""


class Pressed(Filter):
    """A button of a broadcast, pressed by the one in whose private chat the backup is."""

    async def __call__(self, query: CallbackQuery, keeper: Keeper) -> bool | dict[str, object]:
        word, _, rest = (query.data or "").partition(":")
        action, _, number = rest.partition(":")
        is_ours = word == texts.PREFIX and action in CHANGES and number.isascii() and number.isdigit()
        is_admin = query.message is not None and query.message.chat.id == query.from_user.id == keeper.chat_id
        return {"action": action, "number": int(number)} if is_ours and is_admin else False


async def begin(
    message: Message, event_update: Update, broadcasts: Broadcasts, broadcaster: Broadcaster, outbox: Outbox
) -> None:
    """Send the message that this one answers to all players."""
    source = message.reply_to_message
    if source is None:
        outbox.send(message.chat.id, texts.HOW)
    elif await broadcasts.begin(event_update.update_id, message.chat.id, source.message_id):
        broadcaster.wake()
    else:
        outbox.send(message.chat.id, texts.ALREADY)


async def steer(
    query: CallbackQuery,
    event_update: Update,
    broadcasts: Broadcasts,
    broadcaster: Broadcaster,
    action: str,
    number: int,
) -> None:
    """Pause, go on or stop."""
    before, after = CHANGES[action]
    is_done = await broadcasts.steer(event_update.update_id, number, before, after)
    broadcaster.wake()
    with suppress(TelegramAPIError, *TRANSIENT):  # the message itself will show what was done
        await query.answer(texts.PRESSED[action] if is_done else texts.TOO_LATE)


def broadcast_router() -> Router:
    """What only the admin's chat may do."""
    router = Router(name="broadcast")
    router.message.register(begin, Private(), FromBackupChat(), Text(), Command("broadcast", ignore_case=True))
    router.callback_query.register(steer, Pressed())
    return router
