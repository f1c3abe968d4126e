"""The one person whom a command of the admin is about, found by id or by name."""

import asyncio

from aiogram.filters import CommandObject

from runtime.admin import admin_texts
from runtime.admin.chat import AdminChat
from runtime.admin.roster import Roster
from runtime.jobs import Jobs
from runtime.people import Card, People
from runtime.values import MAX_ID


class Lookup:
    """Finds people."""

    def __init__(self, people: People, roster: Roster, admin: AdminChat, jobs: Jobs) -> None:
        self._people = people
        self._roster = roster
        self._admin = admin
        self._jobs = jobs

    async def find(self, chat_id: int, command: CommandObject) -> Card | None:
        """The person whose id or name was given, or None after a sentence in this chat that says what is wrong."""
        wanted, name = (command.args or "").strip(), command.command.lower()
        if not wanted or wanted.removeprefix("-").isdecimal():
            number = number_in(wanted)
            ids = [] if number is None else [number]
            missing = admin_texts.id_how(name) if number is None else admin_texts.no_person(number)
        else:
            ids = await asyncio.to_thread(self._roster.named, wanted, self._jobs.stopping.is_set)
            missing = admin_texts.nobody(wanted, name)
        cards = [card for person in ids if (card := await self._people.card(person))]
        if len(cards) == 1:
            return cards[0]
        lines = [self._admin.say(line) for line in (admin_texts.namesakes(cards) if cards else [missing])]
        for text in admin_texts.in_messages(lines):
            self._admin.tell(chat_id, text)
        return None


def number_in(text: str) -> int | None:
    """A whole number that an id can be."""
    digits = text.strip().removeprefix("-")
    number = int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= len(str(MAX_ID)) else None
    return number if number is not None and abs(number) <= MAX_ID else None
