"""What the chat page shows: the chats, the bot's process, the network, as one flat mapping of small JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.page.process import Process
    from emulator.page.tally import Tally
    from emulator.state.bots import Bot
    from emulator.state.channels import Channel
    from emulator.state.chats import Message
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

SHOWN_MESSAGES = 200
SHOWN_LINES = 60
MANY_UPDATES = 2_000  # of a longer queue every message counts as waiting

WORDS = ("video", "audio", "voice", "video_note", "sticker", "contact", "location", "poll", "dice")
"""What is shown as a bubble with a word."""

View = dict[str, Any]


@dataclass
class Scene:
    """Telegram with one bot; if there are any: its admin, its process to control, the tally of what it counts."""

    telegram: Telegram
    bot: Bot
    admin: Person | None = None
    process: Process | None = None
    tally: Tally | None = None
    _waiting: tuple[tuple[int, int], set[int]] = ((0, 0), set())

    def view(self) -> View:
        """Everything by key: `bot`, `log`, `network`, `chat/{id}` and `message/{chat id}/{message id}`."""
        view: View = {"bot": self._bot(), "network": self._network()}
        if self.process is not None:
            view["log"] = self.process.lines[-SHOWN_LINES:]
        waiting = self._waiting_messages()
        for person in self.telegram.people:
            newest = _newest(person)
            view[f"chat/{person.id}"] = self._chat(person, newest)
            for message in reversed(newest):
                view[f"message/{person.id}/{message.id}"] = {**_message(message), "waits": message.id in waiting}
        for channel in self.telegram.channels:
            view[f"chat/{channel.id}"] = _channel(channel)
            for message in reversed(_newest(channel)):
                view[f"message/{channel.id}/{message.id}"] = {**_message(message), "waits": False}
        return view

    def _bot(self) -> View:
        about = {"name": self.bot.user["first_name"], "username": self.bot.user["username"]}
        about["tap"] = None if self.tally is None else self.tally.tap
        if self.process is None:
            return {**about, "process": None}
        process = self.process
        status = {"state": process.state, "pid": process.pid, "status": process.returncode, "since": process.since}
        return {**about, "process": status}

    def _network(self) -> View:
        faults = [{"method": fault.method, "kind": fault.kind} for fault in self.telegram.faults.active]
        return {"cut": self.telegram.cut, "faults": faults}

    def _chat(self, person: Person, newest: list[Message]) -> View:
        return {
            "name": person.user["first_name"],
            "admin": person is self.admin,
            "blocked": person.chat.blocked,
            "keyboard": person.keyboard,
            "commands": person.commands,
            "alert": person.chat.alert,
            "pinned": None if person.chat.pinned is None else _message(person.chat.pinned),
            **self._numbers(person, newest),
        }

    def _numbers(self, person: Person, newest: list[Message]) -> View:
        if self.tally is None:
            return {}
        texts = [message.data for message in newest if message.outgoing]
        return {
            "sent": self.tally.sent[person.id],
            "counted": self.tally.counted(texts),
            "stored": self.tally.stored(person, self.admin),
        }

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


def _message(message: Message) -> View:
    """A message as the page draws it: the Bot API's fields it needs under the Bot API's names."""
    data = message.data
    view: View = {"id": message.id, "mine": not message.outgoing, "date": data["date"]}
    for name in ("text", "caption", "edit_date"):
        if name in data:
            view[name] = data[name]
    if "document" in data:
        document = data["document"]
        view["document"] = {
            "id": document["file_unique_id"],
            "name": document.get("file_name", "file"),
            "size": document["file_size"],
        }
    if "photo" in data:
        view["photo"] = data["photo"][-1]["file_unique_id"]
    for kind in WORDS:
        if kind in data:
            view["kind"] = kind
    if "forward_origin" in data:
        view["forwarded"] = True
    if "pinned_message" in data:
        view["pinned"] = data["pinned_message"]["message_id"]
    if rows := data.get("reply_markup", {}).get("inline_keyboard"):
        view["buttons"] = [[button["text"] for button in row] for row in rows]
    return view
