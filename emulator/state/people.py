"""People who use the bot: what a person can do in a Telegram client, and what the person sees there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.chats import Chat, Json
from emulator.state.membership import change_membership
from emulator.state.menu import menu
from emulator.state.payer import Payer
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.bots import Bot


class Person(Payer):
    """A person in a private chat with one bot.

    phone: the number of share_contact; place: where a button that asks for it says the person is.
    """

    def __init__(self, bot: Bot, person_id: int, **about: str) -> None:
        self.bot = bot
        self.id = person_id
        self.phone = f"+99890{person_id % 10**7:07}"
        self.place = (41.311081, 69.240562)
        super().__init__(Chat(person_id, {}))
        self.user = {"id": person_id, "is_bot": False, "first_name": f"Person {person_id}"}
        self.describe(**about)
        self.chat.statuses.update({bot.id: "member", person_id: "member"})
        bot.chats[person_id] = self.chat

    def __repr__(self) -> str:
        return f"Person({self.id}, {self.user['first_name']!r})"

    # -- who it is

    @property
    def user(self) -> Json:
        """The person as the bot is told."""
        return self.chat.user

    @user.setter
    def user(self, user: Json) -> None:
        self.chat.user = user

    def describe(self, **about: str) -> None:
        """Change first_name, last_name, username, language_code; "" removes. Old messages keep the old ones."""
        unknown = about.keys() - {"first_name", "last_name", "username", "language_code"}
        if unknown:
            raise TypeError(f"a person has no {', '.join(sorted(unknown))}")
        user = {**self.user, **about}
        self.user = {key: value for key, value in user.items() if value != "" or key == "first_name"}
        shown = {key: value for key, value in self.user.items() if key in {"id", "first_name", "last_name", "username"}}
        self.chat.info = {**shown, "type": "private"}
        self._changed()

    def rename(self, first_name: str) -> None:
        """Take another first name."""
        self.describe(first_name=first_name)

    @property
    def commands(self) -> list[Json]:
        """The command menu: command and description of each line."""
        return menu(self.bot, self.id, self.user.get("language_code", ""))

    # -- what it does

    def tap(self, text: str) -> Json:
        """Tap a button of the reply keyboard: sends its text, the own contact or place. NotShownError."""
        button = self.check_button(text, self)
        if self.chat.keyboard is not None and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        if button.get("request_contact"):
            return self.share_contact()
        return self.location(*self.place) if button.get("request_location") else self.send(text)

    def share_contact(self, whose: Person | None = None) -> Json:
        """Send the own contact, or that of another person; `contact` sends any other."""
        user = (whose or self).user
        return self.contact((whose or self).phone, user["first_name"], user.get("last_name", ""), user["id"])

    def reply(self, text: str) -> Json:
        """Answer the message that asks for it by a forced reply. NotShownError if there is none."""
        if self.forced is None:
            raise NotShownError(f"{self!r} is not asked for a reply")
        return self.send(text, self.forced)

    def set_auto_delete(self, seconds: int) -> Json:
        """Have what is sent from now on deleted after a time, 0 for never; the line that says so is an update."""
        self._act()
        self.chat.auto_delete = 0  # the line itself stays
        changed = {"message_auto_delete_timer_changed": {"message_auto_delete_time": seconds}}
        message = self.bot.new_message(self.chat, self.user, changed)
        self.chat.auto_delete = seconds
        self.bot.notify("message", message.data)
        return message.data

    def block(self) -> None:
        """Block the bot; the bot gets my_chat_member."""
        self._set_blocked(blocked=True)

    def unblock(self) -> None:
        """Unblock the bot; the bot gets my_chat_member."""
        self._set_blocked(blocked=False)

    def deactivate(self) -> None:
        """Delete the account; the bot is not told."""
        self.chat.deactivated = True
        self._changed()

    def deliver(self, content: Json) -> Json:
        """Put a message with this content into the chat and tell the bot."""
        if self.chat.blocked:
            self.unblock()  # a client asks to unblock first
        self._act()
        self.chat.forced = 0
        message = self.bot.new_message(self.chat, self.user, content)
        self.bot.tell(self.chat, message)
        return message.data

    # -- inside

    def _set_blocked(self, *, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        change_membership(self.bot, self.chat, self.user, "kicked" if blocked else "member")
        self._changed()
