"""The whole state of the local Telegram, and what tests and the page do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.bots import Bot
from emulator.state.channels import Channel
from emulator.state.groups import Group
from emulator.state.people import Person
from emulator.state.world import World

if TYPE_CHECKING:
    from collections import deque

    from emulator.state.calls import Call
    from emulator.state.chats import Json
    from emulator.state.clock import Clock
    from emulator.state.hook import Delivery
    from emulator.state.limits import Limits


class Telegram(World):
    """A world with bots, people and groups in it."""

    def __init__(self, clock: Clock | None = None, limits: Limits | None = None) -> None:
        super().__init__(clock, limits)
        self.bots: dict[str, Bot] = {}
        self.closed = False
        self._people: dict[tuple[int, int], Person] = {}
        self._channels: dict[tuple[int, int], Channel] = {}
        self._groups: dict[int, dict[int, Group]] = {}

    # -- bots and people

    def add_bot(self, token: str, username: str = "local_bot", name: str = "Bot") -> Bot:
        """Register a bot; the token is digits, a colon and anything. ValueError otherwise."""
        number, colon, secret = token.partition(":")
        if not (number.isascii() and number.isdigit() and colon and secret) or number.startswith("0"):
            raise ValueError('a bot token is digits, a colon and some text, like "42:TEST"')
        self.bots[token] = Bot(self, token, username, name)
        return self.bots[token]

    def bot(self, bot_id: int | None = None) -> Bot:
        """The bot of this id, or the first one registered. LookupError if there is none."""
        for bot in self.bots.values():
            if bot_id in {None, bot.id}:
                return bot
        raise LookupError("no such bot: call add_bot first")

    def person(self, person_id: int, *, bot: Bot | None = None, **about: str) -> Person:
        """Get or create a person in a private chat with a bot (the first by default).

        about: first_name, last_name, username, language_code; for a person already there they are changed.
        """
        bot = self.bot() if bot is None else bot
        person = self._people.get((bot.id, person_id))
        if person is None:
            person = self._people[bot.id, person_id] = Person(bot, person_id, **about)
            self.changed.touch()
        elif about:
            person.describe(**about)
        return person

    @property
    def people(self) -> list[Person]:
        """Everybody, in the order of appearance."""
        return list(self._people.values())

    @property
    def channels(self) -> list[Channel]:
        """All channels, in the order of appearance."""
        return list(self._channels.values())

    def group(self, group_id: int, title: str = "Group", members: tuple[Person, ...] = ()) -> Group:
        """Get or create a basic group (negative id) with the bot of its members, or the first bot."""
        bot = members[0].bot if members else self.bot()
        among = self._groups.setdefault(bot.id, {})
        group = among.get(group_id) or Group(bot, group_id, title, among)
        for member in members:
            group.add(member)
        return group

    def channel(
        self, channel_id: int, title: str = "Channel", *, username: str = "", owner: Person | None = None
    ) -> Channel:
        """Get or create a channel (id -100…) in which the owner's bot, or the first one, is an administrator."""
        bot = self.bot() if owner is None else owner.bot
        found = self._channels.get((bot.id, channel_id))
        if found is None:
            found = Channel(bot, channel_id, title, *([owner.user] if owner else []))
            found.set_username(username)
            self._channels[bot.id, channel_id] = found
        return found

    # -- what was done and is stored

    @property
    def calls(self) -> deque[Call]:
        """The latest calls of all bots."""
        return self.log.latest

    def count(self, method: str | None = None) -> int:
        """How many calls there were of this method, or in all."""
        return self.log.count(method)

    def queue_of(self, bot: Bot | None = None) -> list[Json]:
        """The updates waiting to be confirmed."""
        return (self.bot() if bot is None else bot).queue.pending

    def forgotten(self, bot: Bot | None = None) -> list[int]:
        """Ids of the updates that were confirmed, oldest first (at most the last 100,000)."""
        return list((self.bot() if bot is None else bot).queue.confirmed)

    def deliveries(self, bot: Bot | None = None) -> list[Delivery]:
        """The requests made to the bot's webhooks, oldest first (at most the last 20,000)."""
        return list((self.bot() if bot is None else bot).webhook.deliveries)

    # -- the end

    def stop(self) -> None:
        """The server stops: whoever waits is answered or reset."""
        self.closed = True
        for bot in self.bots.values():
            bot.poller.stop()
        self.network.drop()
        self.changed.touch()
