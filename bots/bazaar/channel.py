"""The channel: what is posted there, and what Telegram's refusals mean."""

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter

from bots.bazaar import card, texts
from bots.bazaar.ads import BUY, Ad
from bots.bazaar.calls import PLAIN, DeleteAll, SendText, photos
from bots.bazaar.card import Card
from bots.bazaar.desk import Desk
from bots.bazaar.gate import Gate
from runtime.chats import GetChat
from runtime.languages import Phrase
from runtime.outbox.methods import NewCaption, NewText

log = logging.getLogger(__name__)

LONGEST = 60.0
"""Seconds between two tries when Telegram refuses."""

_OF_THE_CHANNEL = re.compile(
    "chat not found|administrator rights|not enough rights|have no rights|write.?forbidden|admin.?required|"
    "channel.?private|not a member",
    re.IGNORECASE,
)
_GONE = re.compile("not found|not modified|MESSAGE_ID_INVALID", re.IGNORECASE)
_FIXED = re.compile("can't be edited|AUTHOR_REQUIRED|EDIT_TIME_EXPIRED", re.IGNORECASE)
"""Of a message that was not the bot's to change, such as an imported post of somebody else's."""
_NO_TEXT = re.compile("no text in the message", re.IGNORECASE)


class RefusedError(Exception):
    """Telegram takes it neither now nor soon."""


class Channel:
    """Calls that concern the channel; whoever posts or edits waits for his turn first."""

    def __init__(self, bot: Bot, desk: Desk) -> None:
        self.bot, self.desk, self.gate = bot, desk, Gate()
        self.id = desk.settings.channel
        self._name = ""
        self._number = 0
        self._refusals = 0
        self._parked = set[int]()
        self.wake: Callable[[int], None] = lambda _: None

    @property
    def is_refusing(self) -> bool:
        """Whether nothing can be posted there."""
        return self._refusals > 0

    async def username(self) -> str:
        """The bot's own."""
        return (await self.desk.bazaar()).username

    async def meet(self) -> None:
        """Learn the channel's name and number. Raises RefusedError."""
        if self._number:
            return
        try:
            chat = await self.bot(GetChat(chat_id=self.id))
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise self._refused(error) from error
        self._name, self._number = chat.get("username", ""), chat["id"]

    @property
    def number(self) -> int:
        """Its id, 0 before it is known."""
        return self._number

    def link(self, message: int) -> str:
        """The address of a message there, once it is known."""
        return f"https://t.me/{self._name or f'c/{-self._number - 10**12}'}/{message}"

    async def post(self, ad: Ad) -> list[int]:
        """Print an ad; the ids of its messages. Raises RefusedError, or an error of `retry.TRANSIENT`."""
        files = [photo.file for photo in ad.photos]
        shown = self._cut(ad, await self.username(), has_photos=bool(files))
        method: Any
        if files:
            method = photos(self.id, files, shown.text, shown.entities)
        else:
            method = SendText(chat_id=self.id, text=shown.text, entities=shown.entities)
        try:
            sent = await self.bot(method)
        except TelegramRetryAfter as error:
            self.gate.shut(error.retry_after)
            raise
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise self._refused(error) from error
        self._refusals = 0
        messages = sent if isinstance(sent, list) else [sent]
        self._name = messages[0]["chat"].get("username", "")  # it may have another one by now
        return [one["message_id"] for one in messages]

    async def mark(self, ad: Ad, message: int) -> None:
        """Say on the post of an ad that it is sold. Raises what `edit` raises."""
        shown = self._cut(ad, await self.username(), has_photos=bool(ad.photos), is_over=True)
        await self.edit(message, shown.text, shown.entities)

    async def delete(self, messages: list[int]) -> bool:
        """Take messages down; False if Telegram does not delete them any more."""
        try:
            await self.bot(DeleteAll(chat_id=self.id, message_ids=messages))
        except TelegramForbiddenError as error:
            raise RefusedError(error.message) from error
        except TelegramBadRequest as error:
            if _OF_THE_CHANNEL.search(error.message) and not _GONE.search(error.message):
                raise RefusedError(error.message) from error
            return False
        return True

    async def edit(self, message: int, text: str, marks: Any = None) -> None:
        """Put another text, or another caption, in the place of one; gone already is as good. Raises RefusedError."""
        at: dict[str, Any] = {"chat_id": self.id, "message_id": message}
        try:
            try:
                await self.bot(NewText(**at, text=text, entities=marks, link_preview_options=PLAIN))
            except TelegramBadRequest as error:
                if not _NO_TEXT.search(error.message):
                    raise
                await self.bot(NewCaption(**at, caption=text, caption_entities=marks))
        except TelegramRetryAfter as error:
            self.gate.shut(error.retry_after)
            raise
        except TelegramForbiddenError as error:
            raise RefusedError(error.message) from error
        except TelegramBadRequest as error:
            if _FIXED.search(error.message):
                log.warning("Message %s of the channel stays as it is: %s", message, error.message)
            elif "chat not found" in error.message or not _GONE.search(error.message):
                raise RefusedError(error.message) from error

    def _refused(self, error: TelegramForbiddenError | TelegramBadRequest) -> "RefusedError":
        """What is wrong with the channel holds up all that waits for it."""
        if isinstance(error, TelegramForbiddenError) or _OF_THE_CHANNEL.search(error.message):
            self._refusals += 1
            self.gate.shut(min(LONGEST, 2.0 ** min(self._refusals, 10) / 2))
        else:  # it looks at what is posted, so it takes posts
            self._refusals = 0
        return RefusedError(error.message)

    def is_back(self) -> None:
        """A right is back."""
        self._refusals = 0
        self.gate.open()
        for lane in self._parked:
            self.wake(lane)
        self._parked.clear()

    def park(self, lane: int, seconds: float) -> None:
        """Have an errand tried again after a while, or when a right is back."""
        self._parked.add(lane)
        asyncio.get_running_loop().call_later(seconds, self.wake, lane)

    @staticmethod
    def _cut(ad: Ad, username: str, *, has_photos: bool, is_over: bool = False) -> Card:
        """The card as it stands there."""
        phrase: Phrase = texts.FOUND_POST if ad.kind == BUY else texts.SOLD_POST
        before = f"{texts.say(phrase, texts.CYRILLIC)}\n\n" if is_over else ""
        return (
            card.caption(ad, username, ad.number, before) if has_photos else card.whole(ad, username, ad.number, before)
        )
