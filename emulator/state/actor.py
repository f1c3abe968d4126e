"""What a person does with messages that are there: presses their buttons, edits, reacts, deletes, pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.edits import edit
from emulator.state.presses import press
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
        self.chat.started = True
        return press(self.bot, self, self.user, text, message)

    def edit(self, message: Ref, text: str) -> Json:
        """Edit the text of an own message, or the caption of an own file."""
        edited = self.seen(message)
        if edited.outgoing:
            raise NotShownError(f"{self!r} can't edit message {edited.id}")
        self._act()
        return edit(self.bot, self.chat, edited, text)

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
