"""What a Telegram client shows of one chat, and waiting until it shows something."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from emulator.state.bots import shallow
from emulator.state.changes import PATIENCE, WaitError
from emulator.state.chats import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.state.chats import Chat, Json, Message, Ref

T = TypeVar("T")


class NotShownError(LookupError):
    """The person does not see what is to be tapped or touched."""


class View:
    """A look at a chat from its people's side."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.acted_at = 0

    @property
    def messages(self) -> list[Json]:
        """The messages, both sides, oldest first."""
        return [message.data for message in self.chat.messages.values()]

    @property
    def answers(self) -> list[str]:
        """The texts of the bot's messages, oldest first."""
        return [m.data["text"] for m in self.chat.messages.values() if m.outgoing and "text" in m.data]

    @property
    def newest(self) -> str:
        """The text of the bot's newest message, "" before the first."""
        return (self.answers or [""])[-1]

    @property
    def keyboard(self) -> list[list[str]]:
        """The reply keyboard shown now, [] if there is none."""
        if self.chat.keyboard is None:
            return []
        return [[str(button["text"]) for button in row] for row in self.chat.keyboard["keyboard"]]

    @property
    def forced(self) -> Json | None:
        """The message that a client opens an answer to by itself, None if there is none."""
        asking = self.chat.messages.get(self.chat.forced)
        return None if asking is None else asking.data

    @property
    def pinned(self) -> Json | None:
        """The pinned message that getChat would give."""
        return None if self.chat.pinned is None else shallow(self.chat.pinned.data)

    def reactions(self, message: Ref) -> dict[int, str]:
        """The emoji on a message, by the id of whoever put it there; the bot's among them."""
        return dict(self.seen(message).reactions)

    def check_button(self, text: str, who: View) -> Json:
        """The button of the reply keyboard. NotShownError, which tells who it is, if there is none."""
        rows = [] if self.chat.keyboard is None else self.chat.keyboard["keyboard"]
        for button in (button for row in rows for button in row):
            if button["text"] == text:
                found: Json = button
                return found
        raise NotShownError(f"{who!r} sees no button {text!r}, only {self.keyboard}")

    def seen(self, message: Ref) -> Message:
        """A message of the chat. NotShownError if it is not there."""
        found = self.chat.messages.get(number(message))
        if found is None:
            raise NotShownError(f"{self!r} sees no message {number(message)}")
        return found

    def inline_button(self, text: str, message: Ref | None) -> tuple[Message, str]:
        """The message with such a button (by default the newest that has it), and the button's data. NotShownError."""
        wanted = [self.seen(message)] if message is not None else reversed(self.chat.messages.values())
        for one in wanted:
            for row in one.data.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == text and "callback_data" in button:
                        return one, button["callback_data"]
        raise NotShownError(f"{self!r} sees no inline button {text!r}")

    async def answer(self, after: int | None = None, timeout: float = PATIENCE) -> str:
        """Wait until there are more than `after` answers (by default: than at the last action), return the newest."""
        after = self.acted_at if after is None else after
        await self.wait(lambda: self.chat.texts_sent > after, timeout)
        return self.newest

    async def wait(self, predicate: Callable[[], T], timeout: float = PATIENCE) -> T:
        """The predicate's first true value, looked at after every change in this chat. WaitError after `timeout`."""
        try:
            return await self.chat.changes.until(predicate, timeout)
        except WaitError:
            said = f"{self!r} waited {timeout:g} s in vain; the last answers are {self.answers[-3:]}"
            raise WaitError(said) from None
