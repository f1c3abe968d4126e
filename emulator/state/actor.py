"""What a person does with messages that are there: presses their buttons, edits, reacts, deletes, pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.bots import QUERY_LIFETIME
from emulator.state.content import CAPTION_FIELDS, caption_content, text_content
from emulator.state.media import KINDS, kind_of
from emulator.state.reactions import EMOJI, tell_reaction
from emulator.state.sender import Sender
from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.chats import Json, Ref


class Actor(Sender):
    """Somebody who acts in a chat. NotShownError where a client would not let one."""

    id: int
    user: Json

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

    def alert(self, query_id: str) -> Json | None:
        """What the bot has answered to a pressed button: {"text", "show_alert", ...}, None if it has not yet."""
        return self.bot.queries[query_id].answer

    def _act(self) -> None:
        self.chat.started = True
        self.acted_at = self.chat.texts_sent

    def _changed(self) -> None:
        self.chat.changes.touch()
        self.bot.world.changed.touch()
