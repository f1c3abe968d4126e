"""What the admin does with players: /top, /player, /ban, /unban."""

import asyncio

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, Update

from bots.clicker.bans import Bans
from bots.clicker.players import BANNED
from runtime.admin import admin_texts
from runtime.admin.roster import Card, Roster
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.jobs import Jobs
from runtime.outbox.outbox import Outbox
from runtime.settings import MAX_ID

USUAL_TOP = 10


async def top(message: Message, command: CommandObject, roster: Roster, outbox: Outbox) -> None:
    """The best players with their ids."""
    number = _number(command.args or str(USUAL_TOP))
    if number is None or not 1 <= number <= admin_texts.MOST_TOP:
        outbox.send(message.chat.id, admin_texts.TOP_HOW)
        return
    for text in admin_texts.top(await roster.top(number)):
        outbox.send(message.chat.id, text)


async def player(message: Message, command: CommandObject, roster: Roster, outbox: Outbox, jobs: Jobs) -> None:
    """All that is known of one player."""
    card = await _find(message, command, roster, outbox, jobs)
    if card:
        outbox.send(message.chat.id, admin_texts.card(card))


async def ban(
    message: Message,
    event_update: Update,
    command: CommandObject,
    bans: Bans,
    roster: Roster,
    outbox: Outbox,
    jobs: Jobs,
) -> None:
    """Serve a player no more; his clicks stay what they are."""
    card = await _find(message, command, roster, outbox, jobs)
    if card and card.chatid == message.chat.id:
        outbox.send(message.chat.id, admin_texts.BAN_SELF)
    elif card:
        await bans.ban(event_update.update_id, card.chatid)
        outbox.send(message.chat.id, admin_texts.banned(card))


async def unban(
    message: Message,
    event_update: Update,
    command: CommandObject,
    bans: Bans,
    roster: Roster,
    outbox: Outbox,
    jobs: Jobs,
) -> None:
    """Serve a player again."""
    card = await _find(message, command, roster, outbox, jobs)
    if card and card.status == BANNED:
        await bans.unban(event_update.update_id, card.chatid)
    if card:
        outbox.send(message.chat.id, admin_texts.unbanned(card))


async def _find(message: Message, command: CommandObject, roster: Roster, outbox: Outbox, jobs: Jobs) -> Card | None:
    """The player whose id or name was given, or None after a sentence that says what is wrong."""
    wanted, how = (command.args or "").strip(), admin_texts.ID_HOW.format(command=command.command.lower())
    if not wanted or wanted.removeprefix("-").isdecimal():
        chatid = _number(wanted)
        chatids = [] if chatid is None else [chatid]
        missing = how if chatid is None else admin_texts.no_player(chatid)
    else:
        chatids = await asyncio.to_thread(roster.named, wanted, jobs.stopping.is_set)
        missing = f"{admin_texts.nobody(wanted)} {how}"
    cards = [card for chatid in chatids if (card := await roster.find(chatid))]
    if len(cards) == 1:
        return cards[0]
    for text in admin_texts.namesakes(cards) if cards else [missing]:
        outbox.send(message.chat.id, text)
    return None


def _number(text: str) -> int | None:
    """A whole number that an id can be."""
    digits = text.strip().removeprefix("-")
    number = int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= len(str(MAX_ID)) else None
    return number if number is not None and abs(number) <= MAX_ID else None


def admin_players_router() -> Router:
    """The admin's commands about players; for anyone else these are ordinary texts."""
    router = Router(name="admin players")
    router.message.filter(Private(), FromBackupChat(), Text())
    router.message.register(top, Command("top", ignore_case=True))
    router.message.register(player, Command("player", ignore_case=True))
    router.message.register(ban, Command("ban", ignore_case=True))
    router.message.register(unban, Command("unban", ignore_case=True))
    return router
