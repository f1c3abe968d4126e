"""What the chat page shows: the chats, the bot's process, the network, as one flat mapping of small JSON values."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from emulator.page.bubble import View, bubble

if TYPE_CHECKING:
    from emulator.page.process import Process
    from emulator.page.tally import Tally
    from emulator.state.bots import Bot
    from emulator.state.calls import Call
    from emulator.state.channels import Channel
    from emulator.state.chats import Message
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

SHOWN_MESSAGES = 200
SHOWN_LINES = 60
SHOWN_CALLS = 150
LONGEST_VALUE = 400  # characters of a parameter
MANY_UPDATES = 2_000  # of a longer queue every message counts as waiting


@dataclass
class Scene:
    """Telegram with one bot; if there are any: its admin, its process to control, the tally of what it counts.

    role: what the page says of its people ("player", "buyer", …); line: the bot in a line, by language; purse: how many
    Stars each of its people begins with, 0 for no purse; clock: whether the page moves the time.
    """

    telegram: Telegram
    bot: Bot
    admin: Person | None = None
    process: Process | None = None
    tally: Tally | None = None
    role: str = "player"
    line: tuple[str, str] = ("", "")
    purse: int = 0
    clock: bool = False
    _began: float = field(default=0.0, init=False)
    _waiting: tuple[tuple[int, int], set[int]] = ((0, 0), set())

    def __post_init__(self) -> None:
        self._began = self.telegram.clock.now() - time.time()

    @property
    def people(self) -> list[Person]:
        """Everybody who talks to this bot, in the order of appearance."""
        return [person for person in self.telegram.people if person.bot is self.bot]

    @property
    def channels(self) -> list[Channel]:
        """The channels in which this bot posts."""
        return [channel for channel in self.telegram.channels if channel.bot is self.bot]

    def stars(self, person: Person) -> int:
        """What is left of the person's Stars after all payments and refunds."""
        spent = sum(amount for amount in self.bot.money.of(person.id))
        return self.purse - spent

    def view(self) -> View:
        """Everything by key: `bot`, `network`, `log`, `call/{number}`, `chat/{id}`, `message/{chat id}/{id}`."""
        view: View = {"bot": self._bot(), "network": self._network()}
        if self.process is not None:
            view["log"] = self.process.lines[-SHOWN_LINES:]
        view |= self._calls()
        waiting = self._waiting_messages()
        for person in self.people:
            newest = _newest(person)
            view[f"chat/{person.id}"] = self._chat(person)
            for message in reversed(newest):
                view[f"message/{person.id}/{message.id}"] = {**bubble(message, person), "waits": message.id in waiting}
        for channel in self.channels:
            view[f"chat/{channel.id}"] = _channel(channel)
            for message in reversed(_newest(channel)):
                view[f"message/{channel.id}/{message.id}"] = {**bubble(message, channel), "waits": False}
        return view

    def _bot(self) -> View:
        about = {"name": self.bot.user["first_name"], "username": self.bot.user["username"]}
        about["tap"] = None if self.tally is None else self.tally.tap
        about["promise"] = None if self.tally is None else self.tally.promise.view()
        about |= {"role": self.role, "line": self.line}
        if self.clock:
            about["ahead"] = round(self.telegram.clock.now() - time.time() - self._began)
        if self.process is None:
            return {**about, "process": None}
        process = self.process
        status = {"state": process.state, "pid": process.pid, "status": process.returncode, "since": process.since}
        return {**about, "process": status}

    def _network(self) -> View:
        faults = [{"method": fault.method, "kind": fault.kind} for fault in self.telegram.faults.active]
        limits = self.telegram.limits
        return {"cut": self.telegram.cut, "faults": faults, "limit": limits and limits.overall}

    def _calls(self) -> View:
        numbered = enumerate(reversed(self.telegram.calls))
        last = self.telegram.count()
        mine = ((last - back, call) for back, call in numbered if call.bot == self.bot.id)
        return {f"call/{number}": _call(call) for number, call in islice(mine, SHOWN_CALLS)}

    def _chat(self, person: Person) -> View:
        return {
            "name": person.user["first_name"],
            "admin": person is self.admin,
            "blocked": person.chat.blocked,
            "keyboard": person.keyboard,
            "commands": person.commands,
            "alert": person.chat.alert,
            "stars": self.stars(person) if self.purse and person is not self.admin else None,
            "pinned": None if person.chat.pinned is None else bubble(person.chat.pinned, person),
            **self._numbers(person),
        }

    def _numbers(self, person: Person) -> View:
        if self.tally is None:
            return {}
        return dict(zip(self.tally.promise.keys, self.tally.numbers(person, self), strict=True))

    def _waiting_messages(self) -> set[int]:
        """Ids of the messages that are updates which the bot has not confirmed yet."""
        queue = self.bot.queue
        where = (queue.head, queue.tail)
        if where != self._waiting[0]:
            many = len(queue) > MANY_UPDATES
            updates = [] if many else [update.get("message", {}) for update in queue.pending]
            self._waiting = (where, {message.get("message_id", 0) for message in updates})
        return self._waiting[1]


def _newest(place: Person | Channel) -> list[Message]:
    return list(islice(reversed(place.chat.messages.values()), SHOWN_MESSAGES))


def _channel(channel: Channel) -> View:
    """A channel as its readers see it: they write nothing there."""
    nothing: View = {"admin": False, "blocked": False, "keyboard": [], "commands": [], "alert": None, "pinned": None}
    return {**nothing, "name": channel.chat.info["title"], "channel": True}


def _call(call: Call) -> View:
    """A call as the drawer shows it; status 0 is one that is not answered yet."""
    params = {name: value[:LONGEST_VALUE] for name, value in call.params.items()}
    view: View = {"method": call.method, "params": params, "at": call.at, "status": call.status}
    return {**view, "says": call.description, "took": call.took, "unknown": list(call.unknown)}
