"""What a lively group is told in one message: Telegram lets a bot write there twenty times a minute."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

from bots.clicker import texts
from bots.clicker.members import Standings
from bots.clicker.players import Rating
from bots.clicker.texts import Texts
from runtime.outbox.answer import Answer, Say

MOST_LINES = 40
"""Members in one message; with the longest names they take less than the 4096 characters of a text."""


class Tapped(NamedTuple):
    """How a member is called, the clicks he has now, and the id of the message with which he tapped."""

    name: str
    clicks: int
    message: int


@dataclass(slots=True)
class Numbers(Answer):
    """The clicks of all who have tapped since the last message; to one alone it is an answer to his own tap."""

    words: Texts = texts.RUSSIAN
    members: Mapping[int, Tapped] = field(default_factory=dict)
    """By user id, whoever waits longest first."""
    look: Callable[[int, Collection[int]], Awaitable[Mapping[int, int]]] | None = None
    """Tells the clicks that members of a group have now."""

    def over(self, older: Answer) -> Answer:
        """Both."""
        if isinstance(older, Numbers):
            self.members = {**older.members, **self.members}
        return self

    @property
    def is_number(self) -> bool:
        """Other replicas count as well."""
        return True

    async def renew(self, chat_id: int) -> bool:
        """Have the numbers that are told last be the right ones."""
        if self.look is None:
            return False
        before, now = self.members, await self.look(chat_id, self.members.keys())
        self.members = {
            person: tapped._replace(clicks=now.get(person, tapped.clicks)) for person, tapped in before.items()
        }
        return self.members != before

    def rest(self) -> Answer | None:
        """Those for whom there was no line."""
        left = dict(islice(self.members.items(), MOST_LINES, None))
        return replace(self, members=left) if left else None

    def say(self, chat_id: int) -> Say:
        """An answer to the only one, or a line for each."""
        shown = list(islice(self.members.values(), MOST_LINES))
        if len(shown) == 1:
            self.text, self.reply_to = self.words.clicks(shown[0].clicks), shown[0].message
        else:
            self.text, self.reply_to = self.words.numbers([tapped[:2] for tapped in shown]), None
        return Answer.say(self, chat_id)


@dataclass(slots=True)
class Table(Answer):
    """The rating of a group, with the places of all who have asked since the last message."""

    words: Texts = texts.RUSSIAN
    standings: Standings = field(default_factory=Standings)

    def over(self, older: Answer) -> Answer:
        """The newer one, with the places of those who are in the older one alone."""
        if isinstance(older, Table):
            places = {**older.standings.places, **self.standings.places}
            best = sorted(places.items(), key=lambda item: item[1][0])[:MOST_LINES]
            self.standings = Standings(self.standings.count, dict(best))
        return self

    def say(self, chat_id: int) -> Say:
        """The message."""
        self.text = self.words.rating(Rating(self.standings.count, list(self.standings.places.values())))
        return Answer.say(self, chat_id)
