"""People who use the bot: what a person can do in a Telegram client, and what the person sees there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.bots import QUERY_LIFETIME
from emulator.state.chats import Chat, Json, Ref
from emulator.state.content import CAPTION_FIELDS, caption_content, text_content
from emulator.state.media import KINDS, kind_of
from emulator.state.membership import tell_membership
from emulator.state.menu import menu
from emulator.state.reactions import EMOJI, tell_reaction
from emulator.state.sender import Sender
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.bots import Bot


class Person(Sender):
    """A person in a private chat with one bot."""

    def __init__(self, bot: Bot, person_id: int, **about: str) -> None:
        self.bot = bot
        self.id = person_id
        self.user: Json = {"id": person_id, "is_bot": False, "first_name": f"Person {person_id}"}
        super().__init__(Chat(person_id, {}))
        self.describe(**about)
        bot.chats[person_id] = self.chat

    def __repr__(self) -> str:
        return f"Person({self.id}, {self.user['first_name']!r})"

    # -- who it is

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
        """Tap a button of the reply keyboard. NotShownError if it is not shown."""
        self.check_button(text, self)
        if self.chat.keyboard is not None and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None
        return self.send(text)

    def press(self, text: str, message: Ref | None = None) -> str:
        """Press an inline button of a message (by default the newest that has it); returns the query's id."""
        pressed, data = self.inline_button(text, message)
        query_id = self.bot.new_query(self.id)
        self._act()
        query = {
            "id": query_id,
            "from": self.user,
            "message": pressed.data,
            "chat_instance": str(self.bot.id * 1_000_003 + self.id),
            "data": data,
        }
        self.bot.notify("callback_query", query, QUERY_LIFETIME)
        self._changed()
        return query_id

    def edit(self, message: Ref, text: str) -> Json:
        """Edit the text of an own message, or the caption of an own file. NotShownError if it has neither."""
        edited = self.seen(message)
        kind = kind_of(edited.data)
        if "text" in edited.data:
            fields, old = text_content(text), {"text", "entities"}
        elif kind is not None and KINDS[kind].captioned:
            fields, old = caption_content(text), set(CAPTION_FIELDS)
        else:
            raise NotShownError(f"message {edited.id} has no text")
        if edited.outgoing or edited.service or "forward_origin" in edited.data:
            raise NotShownError(f"{self!r} can't edit message {edited.id}")
        kept = {key: value for key, value in edited.data.items() if key not in old}
        self._act()
        self.chat.replace(edited, {**kept, "edit_date": int(self.bot.world.clock.now()), **fields})
        self.bot.notify("edited_message", edited.data)
        self._changed()
        return edited.data

    def react(self, message: Ref, emoji: str = "") -> None:
        """Put an emoji on a message in place of the one before, "" removes it; see reactions.EMOJI."""
        wanted = self.seen(message)
        if wanted.service or (emoji and emoji not in EMOJI):
            raise NotShownError(f"{self!r} can't put {emoji!r} on message {wanted.id}")
        tell_reaction(self.bot, self.chat, wanted, self.user, emoji)

    def delete(self, message: Ref) -> None:
        """Delete a message for both sides; the bot is not told."""
        self.chat.remove([self.seen(message).id])
        self._changed()

    def clear_history(self) -> None:
        """Delete all messages for both sides; the bot is not told."""
        self.chat.remove(list(self.chat.messages))
        self.chat.keyboard = None
        self._changed()

    def pin(self, message: Ref) -> Json:
        """Pin a message; leaves a service message of which the bot is told."""
        wanted = self.seen(message)
        if wanted.service:
            raise NotShownError(f"message {wanted.id} is a service message and can't be pinned")
        self._act()
        return self.bot.pin(self.chat, wanted, self.user).data

    def unpin(self, message: Ref | None = None) -> None:
        """Unpin one message, or all; the bot is not told."""
        self.chat.pins -= self.chat.pins.copy() if message is None else {self.seen(message).id}
        self._changed()

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

    def alert(self, query_id: str) -> Json | None:
        """What the bot has answered to a pressed button: {"text", "show_alert", ...}, None if it has not yet."""
        return self.bot.queries[query_id].answer

    def deliver(self, content: Json) -> Json:
        """Put a message with this content into the chat and tell the bot."""
        if self.chat.blocked:
            self.unblock()  # a client asks to unblock first
        self._act()
        message = self.bot.new_message(self.chat, self.user, content)
        self.bot.notify("message", message.data)
        return message.data

    # -- inside

    def _act(self) -> None:
        self.chat.started = True
        self.acted_at = self.chat.texts_sent

    def _set_blocked(self, *, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        tell_membership(self.bot, self.chat, self.user, old, new)
        self._changed()

    def _changed(self) -> None:
        self.chat.changes.touch()
        self.bot.world.changed.touch()
