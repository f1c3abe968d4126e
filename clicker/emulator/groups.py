"""Basic groups, in the small form a bot needs: members write, the bot answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clicker.emulator.chats import Chat, Json
from clicker.emulator.content import text_content
from clicker.emulator.view import View

if TYPE_CHECKING:
    from clicker.emulator.bots import Bot
    from clicker.emulator.people import Person


class Group(View):
    """A basic group in which the bot is a member and reads everything."""

    def __init__(self, bot: Bot, group_id: int, title: str) -> None:
        if group_id >= 0:
            raise ValueError("the id of a group is negative")
        self.bot = bot
        self.id = group_id
        info = {"id": group_id, "title": title, "type": "group", "all_members_are_administrators": True}
        super().__init__(Chat(group_id, info))
        self.chat.started = True
        self.members: dict[int, Person] = {}
        bot.chats[group_id] = self.chat

    def __repr__(self) -> str:
        return f"Group({self.id}, {self.chat.info['title']!r})"

    def add(self, person: Person) -> None:
        """Let a person in; from now on the bot knows it."""
        self.members[person.id] = person
        person.chat.known = True

    def send(self, person: Person, text: str) -> Json:
        """A member writes. LookupError for a stranger."""
        if person.id not in self.members:
            raise LookupError(f"{person!r} is no member of the group {self.id}")
        self.acted_at = self.chat.texts_sent
        message = self.bot.new_message(self.chat, person.user, text_content(text))
        self.bot.notify("message", message.data)
        return message.data

    def remove_bot(self) -> None:
        """Throw the bot out: it can neither read nor write here any more."""
        self.chat.blocked = True
        self.chat.changes.touch()
