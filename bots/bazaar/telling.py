"""Errands that tell people something: notices to owners and subscribers."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.methods import TelegramMethod

from bots.bazaar import ads, card, notices, texts
from bots.bazaar.ads import BUY, Ad
from bots.bazaar.calls import SendText, photos
from bots.bazaar.desk import Desk
from bots.bazaar.endings import done
from bots.bazaar.notices import Letter
from bots.bazaar.visit import code_of
from pinstore import Tables, retry
from runtime.errands import Finish
from runtime.keyboards import inline
from runtime.outbox.methods import Buttons
from runtime.outbox.turns import HeldUpError

log = logging.getLogger(__name__)

Calls = Sequence[TelegramMethod[Any]]


class Teller:
    """Sends what a row says, in the chat's turn; twice rather than not at all."""

    attempts: int | None = None

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._store = desk.store
        self._shown = set[int]()
        """Subjects whose photos are there already, if their text has failed."""

    async def seek(self, subject: int) -> Finish | None:
        """Say it again."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Nothing is given up."""
        raise NotImplementedError(f"{subject} is tried for ever: {why}")

    async def send(self, chat: int, subject: int, shown: Sequence[ads.Photo], text: TelegramMethod[Any]) -> int | None:
        """Send photos and a text; its message id, 0 if nobody tells, None if the chat takes nothing."""
        files = [] if subject in self._shown else [photo.file for photo in shown]
        try:
            async with self.desk.outbox.turn(chat, weight=len(files) + 1):
                if files:
                    await self._show(chat, files)
                    self._shown.add(subject)
                result = await self.desk.bot(text)
        except TelegramMigrateToChat as error:
            await self.desk.group_moved(error.migrate_to_chat_id)
            return None
        except TelegramForbiddenError as error:
            if chat > 0:
                await self.desk.people.block(chat)
            self.refused(chat, subject, retry.reason(error))
            return None
        except TelegramBadRequest as error:
            log.warning("Chat %s refused a notice: %s", chat, retry.reason(error))
            self.refused(chat, subject, retry.reason(error))
            return None
        except HeldUpError as error:
            raise TimeoutError from error
        self._shown.discard(subject)
        return int(result["message_id"]) if isinstance(result, dict) else 0

    async def _show(self, chat: int, files: list[str]) -> None:
        """Photos that are not there any more keep nobody from the text."""
        try:
            await self.desk.bot(photos(chat, files))
        except TelegramBadRequest as error:
            log.warning("Chat %s gets no photos: %s", chat, retry.reason(error))

    def refused(self, chat: int, subject: int, why: str) -> None:
        """A chat takes nothing."""


class Tell(Teller):
    """Notices."""

    async def act(self, subject: int) -> Finish:
        """Tell it."""
        bazaar = await self.desk.bazaar()

        def read(tables: Tables) -> tuple[Letter, Ad | None, str] | None:
            letter = notices.find(tables, subject)
            return letter and (letter, ads.find(tables, letter.ad), code_of(tables, letter.chat))

        found = await self._store.read(read)
        if found is None:
            return lambda _: None
        letter, ad, code = found
        call = _written(letter, ad, code, bazaar.username)
        message = await self.send(letter.chat, subject, (), call) if call else None

        def finish(tables: Tables) -> None:
            notices.strike(tables, subject)
            if letter.kind == notices.QUESTION and message:
                _asked(tables, letter.ad, message)

        return finish


def _asked(tables: Tables, number: int, message: int) -> None:
    """Remember the question, to take its buttons away."""
    ad = ads.find(tables, number)
    if ad and ad.asks:
        ad.question = message
        ads.put(tables, ad)


def _written(letter: Letter, ad: Ad | None, code: str, username: str) -> TelegramMethod[Any] | None:
    """The message; None if there is nothing to tell any more."""
    if letter.kind == notices.OVER:
        return Buttons(chat_id=letter.chat, message_id=int(letter.value))
    return None if ad is None else _WRITERS[letter.kind](letter, ad, code, username)


def _printed(letter: Letter, _: Ad, code: str, __: str) -> SendText:
    return SendText(chat_id=letter.chat, text=texts.say(texts.PRINTED, code, link=letter.value))


def _rejected(letter: Letter, ad: Ad, code: str, _: str) -> SendText:
    text = texts.say(texts.REJECTED, code, reason=letter.value)
    delete = (texts.say(texts.DELETE, code), f"own:delete:{ad.number}")
    return SendText(chat_id=letter.chat, text=text, reply_markup=inline([_change(ad, code), delete]))


def _expired(letter: Letter, ad: Ad, code: str, _: str) -> SendText:
    text = texts.say(texts.EXPIRED, code, title=ad.title)
    return SendText(chat_id=letter.chat, text=text, reply_markup=inline([_change(ad, code)]))


def _change(ad: Ad, code: str) -> tuple[str, str]:
    return texts.say(texts.CHANGE, code), f"own:change:{ad.number}"


def _question(letter: Letter, ad: Ad, code: str, _: str) -> SendText | None:
    if ad.state != ads.PUBLISHED or not ad.asks:
        return None
    text = texts.say(texts.ASK_FOUND if ad.kind == BUY else texts.ASK_SOLD, code, title=ad.title)
    answers = [(texts.say(done(ad), code), f"sold:yes:{ad.number}")]
    answers.append((texts.say(texts.NOT_YET, code), f"sold:no:{ad.number}"))
    return SendText(chat_id=letter.chat, text=text, reply_markup=inline(answers))


def _news(letter: Letter, ad: Ad, _: str, username: str) -> SendText:
    name = texts.say(texts.CATEGORIES[ad.category], texts.CYRILLIC)
    shown = card.whole(ad, username, ad.number, f"🔔 {name}\n\n")
    return SendText(chat_id=letter.chat, text=shown.text, entities=shown.entities)


_WRITERS: Mapping[str, Callable[[Letter, Ad, str, str], SendText | None]] = {
    notices.PRINTED: _printed,
    notices.REJECTED: _rejected,
    notices.EXPIRED: _expired,
    notices.QUESTION: _question,
    notices.NEWS: _news,
}
