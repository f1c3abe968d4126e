"""Errands that show moderators ads: cards, and their ends."""

from typing import Any, NamedTuple

from bots.bazaar import ads, card, cards, texts
from bots.bazaar.ads import PENDING, Ad
from bots.bazaar.calls import PLAIN, Entities, SendText
from bots.bazaar.telling import Teller
from pinstore import Tables
from runtime.errands import Finish
from runtime.keyboards import inline
from runtime.names import one_line
from runtime.outbox.methods import NewText

_WHO = "SELECT name, username FROM users WHERE person = ?"


class Shown(NamedTuple):
    """A moderator's card, as the tables have it."""

    card: cards.Card
    ad: Ad | None
    who: str

    def text(self, username: str, after: str = "") -> tuple[str, Entities]:
        """The card with what stands after it; without the ad only its number is left."""
        if self.ad is None:
            before = texts.say(texts.CARD, texts.CYRILLIC, n=self.card.ad, who="").partition("\n")[0]
            return before + after, []
        before = texts.say(texts.CARD, texts.CYRILLIC, n=self.ad.number, who=self.who)
        return card.whole(self.ad, username, self.ad.number, before, after)


class Show(Teller):
    """Cards."""

    _is_told = False
    """Whether the admin knows that the group takes nothing."""

    def refused(self, chat: int, subject: int, why: str) -> None:
        """A moderator is one of several, but what a group does not take nobody decides: it is shown again later."""
        if chat > 0:
            return
        if not self._is_told:
            self._is_told = True
            self.desk.outbox.send(self._store.chat_id or 0, texts.say(texts.NOT_SHOWN, texts.RUSSIAN, why=why))
        raise TimeoutError(why)

    async def act(self, subject: int) -> Finish:
        """Show the ad whole, with the buttons that decide it."""
        bazaar = await self.desk.bazaar()
        found = await self._store.read(lambda tables: _shown(tables, subject))
        if found is None or found.ad is None or found.card.verdict or found.ad.state != PENDING:
            return lambda _: None
        ad, chat = found.ad, found.card.chat
        text, marks = found.text(bazaar.username)
        data = f"{ad.number}:{ad.version}"
        keys = inline(
            [
                (texts.say(texts.PUBLISH, texts.CYRILLIC), f"card:yes:{data}"),
                (texts.say(texts.REJECT, texts.CYRILLIC), f"card:no:{data}"),
            ]
        )
        call = SendText(chat_id=chat, text=text, entities=marks, reply_markup=keys)
        message = await self.send(chat, subject, ad.photos, call)
        self._is_told = self._is_told and message is None
        return lambda tables: cards.sent(tables, subject, message or 0)


class End(Teller):
    """Ends of cards."""

    async def act(self, subject: int) -> Finish:
        """Take the buttons away and say what was decided."""
        bazaar = await self.desk.bazaar()
        found = await self._store.read(lambda tables: _shown(tables, subject))
        if found and found.card.message:
            text, marks = found.text(bazaar.username, f"\n\n{found.card.verdict}")
            at: dict[str, Any] = {"chat_id": found.card.chat, "message_id": found.card.message}
            call = NewText(**at, text=text, entities=marks, link_preview_options=PLAIN)
            await self.send(found.card.chat, subject, (), call)
        return lambda tables: cards.drop(tables, subject)


def _shown(tables: Tables, number: int) -> Shown | None:
    one = cards.find(tables, number)
    if one is None:
        return None
    ad = ads.find(tables, one.ad)
    row = tables.execute(_WHO, (ad.owner,)).fetchone() if ad else None
    name, username = row or ("", "")
    names = [one_line(name, texts.say(texts.NAMELESS, texts.CYRILLIC)), *([f"@{username}"] if username else [])]
    return Shown(one, ad, ", ".join([*names, str(ad.owner if ad else 0)]))
