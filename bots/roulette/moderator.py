"""What the moderator does in his chat: buttons of cards, /ban, /unban."""

import time

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import CallbackQuery, Message

from bots.roulette import bans, moderation, texts
from bots.roulette.acts import Act
from bots.roulette.post import Post
from bots.roulette.wishes import phrased
from pinstore import Store
from runtime.admin.chat import AdminChat
from runtime.admin.lookup import number_in
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.languages import Phrase
from runtime.outbox.methods import NewText
from runtime.presses import let_go

CARD, APPEAL = "card", "appeal"
HOW = Phrase("Write a number after /{command}, for example /{command} 1234567.")
OWN = Phrase("The admin is not banned.")
DONE = Phrase("{person}: {decision}.")
NOTHING = Phrase("Nothing is kept of it any more.")


class OnCard(Filter):
    """A button of a card."""

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, object]:
        kind, _, rest = (query.data or "").partition(":")
        number, _, how = rest.partition(":")
        is_known = kind in (CARD, APPEAL) and number.isdecimal() and how in {"show", *moderation.DECISIONS}
        return {"kind": kind, "number": int(number), "how": how} if is_known else False


async def decided(
    query: CallbackQuery, kind: str, number: int, how: str, post: Post, bot: Bot, admin: AdminChat
) -> None:
    """Carry out what a card's button says, and write it on the card."""
    if how == "show":
        await _show(number, post, admin)
    else:
        rows = await post.act(lambda act: _decide(act, kind, number, how), int(time.time()))
        if rows is not None:
            _note(query, how, rows, post, admin)
    await let_go(bot, query.id)


def _decide(act: Act, kind: str, number: int, how: str) -> dict[str, Phrase] | None:
    if kind == APPEAL:
        moderation.answer_appeal(act, number, how)
        return {}
    report = moderation.find(act, number)
    return moderation.decide(act, report, how) if report else None


def _note(query: CallbackQuery, how: str, rows: dict[str, Phrase], post: Post, admin: AdminChat) -> None:
    message = query.message
    if not isinstance(message, Message):
        return
    chat_id, number = message.chat.id, message.message_id
    decision = admin.say(Phrase(moderation.DECISION.text, decision=moderation.DECISIONS[how]))
    earlier = admin.say(Phrase(moderation.DECISION.text, decision=""))
    card = (message.text or "").partition(f"\n{earlier}")[0]
    text = f"{card}\n{decision}"
    markup = phrased(rows, admin.language) if rows else None
    post.change(
        chat_id,
        number,
        "card",
        lambda _: NewText(chat_id=chat_id, message_id=number, text=text, reply_markup=markup),
    )


async def _show(number: int, post: Post, admin: AdminChat) -> None:
    report = await post.act(lambda act: moderation.find(act, number), int(time.time()))
    seen = [int(one) for one in report.seen.split()] if report else []
    if report and seen:
        post.show(report.reporter, seen)
    else:
        admin.send(NOTHING)


async def ban(message: Message, command: CommandObject, store: Store, post: Post, admin: AdminChat) -> None:
    """Ban somebody for ever."""
    person = _number(command)
    if person is None or person == store.chat_id:
        admin.send(Phrase(HOW.text, command="ban") if person is None else OWN)
        return
    await post.act(lambda act: bans.ban(act, person, 0, texts.MODERATOR), int(message.date.timestamp()))
    admin.send(Phrase(DONE.text, person=person, decision=moderation.DECISIONS["0"]))


async def unban(message: Message, command: CommandObject, post: Post, admin: AdminChat) -> None:
    """Let somebody in again."""
    person = _number(command)
    if person is None:
        admin.send(Phrase(HOW.text, command="unban"))
        return
    was_banned = await post.act(lambda act: bans.lift(act, person), int(message.date.timestamp()))
    decision = moderation.DECISIONS["lift"] if was_banned else Phrase("not banned")
    admin.send(Phrase(DONE.text, person=person, decision=decision))


def _number(command: CommandObject) -> int | None:
    number = number_in(command.args or "")
    return number if number is not None and number > 0 else None


def moderator_router() -> Router:
    """The handlers of the backup chat, which come before those of people."""
    router = Router(name="moderator")
    router.callback_query.register(decided, FromBackupChat(), OnCard())
    for name, handler in (("ban", ban), ("unban", unban)):
        router.message.register(handler, Private(), FromBackupChat(), Text(), Command(name, ignore_case=True))
    return router
