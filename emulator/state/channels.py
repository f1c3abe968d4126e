"""Channels: people post there, and the bot as far as its rights go.

Source: tdlib/telegram-bot-api, Client.cpp, JsonMessage, need_skip_update_message; tdlib/td, can_edit_message,
can_delete_channel_message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.chats import SUPERGROUPS, Chat, Json
from emulator.state.edits import edit
from emulator.state.membership import change_membership
from emulator.state.presses import press
from emulator.state.sender import Sender

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Ref
    from emulator.state.people import Person

OWNER: Json = {"id": 500_000_001, "is_bot": False, "first_name": "Owner"}
ALL = frozenset({"can_post_messages", "can_edit_messages", "can_delete_messages"})


class Channel(Sender):
    """A channel with the bot as its administrator, who may post, edit and delete.

    What `Sender` sends here is posted by the channel's people: the bot gets channel_post.
    """

    def __init__(self, bot: Bot, channel_id: int, title: str, owner: Json = OWNER) -> None:
        if channel_id >= SUPERGROUPS:
            raise ValueError("the id of a channel begins with -100")
        self.bot = bot
        self.id = channel_id
        self.owner = owner
        super().__init__(Chat(channel_id, {"id": channel_id, "title": title, "type": "channel"}))
        self.chat.started = True
        self.chat.statuses.update({bot.id: "administrator", owner["id"]: "creator"})
        self.chat.rights = ALL
        bot.chats[channel_id] = self.chat

    def __repr__(self) -> str:
        return f"Channel({self.id}, {self.chat.info['title']!r})"

    def deliver(self, content: Json) -> Json:
        """Post something in the channel's name."""
        self.acted_at = self.chat.texts_sent
        message = self.bot.new_message(self.chat, self.owner, content)
        self.bot.tell(self.chat, message)
        return message.data

    # -- what the channel's people do

    def edit(self, message: Ref, text: str) -> Json:
        """Edit the text or caption of a post, the bot's included; of its own the bot is not told."""
        return edit(self.bot, self.chat, self.seen(message), text)

    def delete(self, message: Ref) -> None:
        """Delete a post; the bot is not told."""
        self.chat.remove([self.seen(message).id])
        self.bot.world.changed.touch()

    def press(self, person: Person, text: str, message: Ref | None = None) -> str:
        """A reader presses an inline button; returns the query's id."""
        return press(self.bot, self, person.user, text, message)

    def set_username(self, username: str) -> None:
        """Make it public under this name, "" makes it private. The bot is not told."""
        info = {key: value for key, value in self.chat.info.items() if key != "username"}
        self.chat.info = {**info, "username": username} if username else info
        self.bot.world.changed.touch()

    def protect(self, *, protected: bool = True) -> None:
        """Forbid that posts are forwarded, or allow it."""
        self.chat.protected = protected

    # -- what the bot is there; each change is told to it as my_chat_member

    def promote(self, *, post: bool = True, edit: bool = True, delete: bool = True) -> None:
        """Let the bot in as an administrator with these rights, or change them."""
        given = {"can_post_messages": post, "can_edit_messages": edit, "can_delete_messages": delete}
        self._change("administrator", frozenset(right for right, has in given.items() if has))

    def remove_bot(self, *, banned: bool = False) -> None:
        """Let the bot go, or ban it."""
        self._change("kicked" if banned else "left")

    # -- what readers see

    def link(self, message: Ref) -> str:
        """The address of a post."""
        place = self.chat.info.get("username") or f"c/{SUPERGROUPS - self.id}"
        return f"https://t.me/{place}/{self.seen(message).id}"

    def _change(self, status: str, rights: frozenset[str] = frozenset()) -> None:
        change_membership(self.bot, self.chat, self.owner, status, rights)
