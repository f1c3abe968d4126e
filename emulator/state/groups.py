"""Groups and supergroups, in the small form a bot needs: members write, the bot answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.bots import shallow
from emulator.state.chats import SUPERGROUPS, Chat, Json
from emulator.state.content import text_content
from emulator.state.membership import change_membership
from emulator.state.presses import press
from emulator.state.view import NotShownError, View

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Ref
    from emulator.state.people import Person

# Who seems to write in place of a group or channel (Bot API, Message.from).
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


class Group(View):
    """A basic group, or a supergroup by its id, with the bot in it.

    privacy: the bot gets commands, answers to its messages and service messages only (BotFather, /setprivacy);
    among: all groups of its bot by their ids, itself included.
    """

    def __init__(self, bot: Bot, group_id: int, title: str, among: dict[int, Group]) -> None:
        if group_id >= 0:
            raise ValueError("the id of a group is negative")
        self.bot = bot
        self.id = group_id
        kind = (
            {"type": "supergroup"}
            if group_id < SUPERGROUPS
            else {"type": "group", "all_members_are_administrators": True}
        )
        super().__init__(Chat(group_id, {"id": group_id, "title": title, **kind}))
        self.chat.started = True
        self.chat.statuses[bot.id] = "member"
        self.members: dict[int, Person] = {}
        self.privacy = False
        bot.chats[group_id] = self.chat
        self._among = among
        among[group_id] = self

    def __repr__(self) -> str:
        return f"Group({self.id}, {self.chat.info['title']!r})"

    def add(self, person: Person, status: str = "member") -> None:
        """Let a person in, or give one another status (Bot API, ChatMember); from now on the bot knows it."""
        self.members[person.id] = person
        self.chat.statuses[person.id] = status
        person.chat.known = True

    def remove(self, person: Person) -> None:
        """A person leaves."""
        del self.members[person.id]
        self.chat.statuses[person.id] = "left"

    def press(self, person: Person, text: str, message: Ref | None = None) -> str:
        """A member presses an inline button (by default of the newest message that has it); returns the query's id."""
        return press(self.bot, self, person.user, text, message)

    def send(self, person: Person, text: str, reply_to: int | None = None) -> Json:
        """A member writes. LookupError for a stranger."""
        if person.id not in self.members:
            raise LookupError(f"{person!r} is no member of the group {self.id}")
        return self.post(person.user, text_content(text), reply_to)

    def tap(self, person: Person, text: str) -> Json:
        """A member taps a button: in groups clients send it as an answer to the message that brought the keyboard.

        Source: telegramdesktop/tdesktop, HistoryWidget::sendBotCommand.
        """
        self.check_button(text, person)
        return self.send(person, text, self.chat.keyboard_from)

    def reply(self, person: Person, text: str) -> Json:
        """A member answers the message that asks for it by a forced reply. NotShownError if there is none."""
        if self.forced is None:
            raise NotShownError(f"{person!r} is not asked for a reply")
        return self.send(person, text, self.chat.forced)

    def send_anonymously(self, text: str) -> Json:
        """An administrator writes in the name of the group (Bot API, Message.sender_chat)."""
        return self.post(ANONYMOUS, {"sender_chat": self.chat.info, **text_content(text)})

    def send_as_channel(self, channel: Json, text: str, *, automatic: bool = False) -> Json:
        """Somebody writes in the name of his channel; automatic: the linked channel's post appears by itself."""
        forwarded = {"is_automatic_forward": True} if automatic else {}
        return self.post(CHANNEL, {"sender_chat": channel, **forwarded, **text_content(text)})

    def invite_bot(self, person: Person) -> None:
        """A member adds the bot, which gets my_chat_member."""
        change_membership(self.bot, self.chat, person.user, "member")

    def remove_bot(self, person: Person | None = None) -> None:
        """Throw the bot out: it can neither read nor write here any more; with a person it is told who did so."""
        if person:
            change_membership(self.bot, self.chat, person.user, "kicked")
        self.chat.statuses[self.bot.id] = "kicked"
        self.chat.blocked = True
        self.chat.changes.touch()

    def upgrade(self, group_id: int, person: Person) -> Group:
        """Make it a supergroup, which has another id: a service message in both tells so (Bot API, Message)."""
        new = Group(self.bot, group_id, str(self.chat.info["title"]), self._among)
        new.members = dict(self.members)
        new.chat.statuses = dict(self.chat.statuses)
        new.privacy = self.privacy
        self.chat.moved_to = group_id
        self.post(person.user, {"migrate_to_chat_id": group_id})
        new.post(person.user, {"migrate_from_chat_id": self.id})
        return new

    def post(self, sender: Json, content: Json, reply_to: int | None = None) -> Json:
        """Anybody writes anything; the bot is told of it unless its privacy mode keeps it away."""
        self.acted_at = self.chat.texts_sent
        answered = self.chat.messages.get(reply_to or 0)
        if answered:
            content = {"reply_to_message": shallow(answered.data), **content}
        message = self.bot.new_message(self.chat, sender, content)
        if not self.privacy or "text" not in content or (answered and answered.outgoing) or self._is_command(content):
            self.bot.tell(self.chat, message)
        return message.data

    def _is_command(self, content: Json) -> bool:
        word, _, rest = str(content["text"]).partition("@")
        return word.startswith("/") and rest.partition(" ")[0].lower() in {"", self.bot.user["username"].lower()}
