"""What members of a group see: each counts for himself there, and what nobody has said to the bot is not answered."""

from collections.abc import Collection
from dataclasses import dataclass

from aiogram import Bot, Router
from aiogram.filters import Command, CommandStart, Filter
from aiogram.types import Message

from bots.clicker import texts
from bots.clicker.group_answers import Numbers, Table, Tapped
from bots.clicker.handlers import words_for
from bots.clicker.members import Members
from bots.clicker.players import Players
from bots.clicker.texts import Texts
from runtime.filters import InGroup
from runtime.outbox.answer import Answer
from runtime.outbox.outbox import Outbox
from runtime.people import BANNED
from runtime.served import Standing

CLICK, RATING = "click", "rating"
"""Commands: where the bot may not read everything it gets these and answers to its own messages, as buttons give."""


@dataclass(frozen=True)
class Member:
    """Who has written, as the group sees him."""

    id: int
    name: str
    words: Texts


class Asked(Filter):
    """One of these buttons, or a command that is not addressed to another bot."""

    def __init__(self, buttons: Collection[str], command: Command) -> None:
        self._buttons = buttons
        self._command = command

    async def __call__(self, message: Message, bot: Bot) -> bool:
        return message.text in self._buttons or bool(message.text and await self._command(message, bot))


class Closed(Filter):
    """There is no backup chat yet, so nothing may be counted."""

    async def __call__(self, message: Message, standing: Standing) -> bool:
        return not standing.may_count()


class Migrates(Filter):
    """The service message of a group that becomes a supergroup, in either of them (Bot API, Message)."""

    async def __call__(self, message: Message, standing: Standing) -> bool:
        return bool(message.migrate_to_chat_id or message.migrate_from_chat_id) and standing.may_count()


class Written(Filter):
    """By a member who is not banned, or in the name of a group or channel, which may look but does not play.

    Nobody knows who is behind such a name: one person could play as many.
    """

    async def __call__(self, message: Message, players: Players) -> bool | dict[str, Member]:
        face = message.sender_chat or message.from_user
        if face is None or message.is_automatic_forward or await players.status(face.id) == BANNED:
            return False
        if message.sender_chat:
            return {"member": Member(face.id, message.sender_chat.title or "", texts.RUSSIAN)}
        if not message.from_user or message.from_user.is_bot:
            return False
        words = words_for(message, await players.language(face.id) or "")
        return {"member": Member(face.id, message.from_user.first_name, words)}


class InPerson(Filter):
    """By somebody who writes in his own name."""

    async def __call__(self, message: Message) -> bool:
        return message.sender_chat is None


async def being_set_up(message: Message, outbox: Outbox) -> None:
    """Nothing counts yet."""
    _answer(outbox, message, Answer("set up", words_for(message).being_set_up))


async def tap(message: Message, member: Member, members: Members, outbox: Outbox) -> None:
    """Count a click of this member."""
    clicks = await members.tap(message.chat.id, member.id, member.name)
    tapped = Tapped(member.name, clicks, message.message_id)
    _answer(outbox, message, Numbers("click", words=member.words, members={member.id: tapped}, look=members.numbers))


async def rating(message: Message, member: Member, members: Members, outbox: Outbox) -> None:
    """Show the best of this group and the member's own place."""
    standings = await members.standings(message.chat.id, member.id)
    _answer(outbox, message, Table("rating", words=member.words, standings=standings))


async def start(message: Message, member: Member, outbox: Outbox) -> None:
    """Show the keyboard to the group."""
    _answer(outbox, message, Answer("start", member.words.greeting(member.name), member.words.keyboard))


async def move(message: Message, members: Members) -> None:
    """A group has become a supergroup, which has another id; both are told so."""
    old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
    await members.move(old, new)


def _answer(outbox: Outbox, message: Message, answer: Answer) -> None:
    """Answer this message."""
    answer.reply_to = message.message_id
    outbox.put(message.chat.id, answer)


def group_router() -> Router:
    """The handlers of groups."""
    router = Router(name="groups")
    router.message.filter(InGroup())
    for handler, asked in (
        (tap, [Asked(texts.CLICKS, Command(CLICK, ignore_case=True)), InPerson()]),
        (rating, [Asked(texts.RATINGS, Command(RATING, ignore_case=True))]),
        (start, [Asked((), CommandStart(ignore_case=True))]),
    ):
        router.message.register(being_set_up, *asked, Closed())
        router.message.register(handler, *asked, Written())
    router.message.register(move, Migrates())
    return router
