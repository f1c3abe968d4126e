"""Taps: nearly all that comes, so they are counted as they arrive, before aiogram makes anything of them."""

from typing import NamedTuple

from bots.clicker import texts
from bots.clicker.players import Players, Tapped
from pinstore import RawUpdate
from runtime.outbox.outbox import Outbox
from runtime.people import BANNED


class Tap(NamedTuple):
    """A press of the button in a private chat."""

    update: int
    chat_id: int
    name: str
    tag: str | None
    """The language of the player's Telegram (Bot API, User, language_code)."""
    topic: int | None = None
    """The topic of the chat, if it has topics; a tap that a handler counts is answered in that of its message."""


async def count(tap: Tap, players: Players, outbox: Outbox) -> None:
    """Count a tap; of answers that wait for Telegram's pace only the newest number is sent."""
    tell(tap, await players.tap(tap.chat_id, tap.name, tap.update), outbox)


def tell(tap: Tap, tapped: Tapped | None, outbox: Outbox) -> None:
    """Answer a tap that is counted."""
    if tapped is None:
        turn_away(tap.chat_id, tap.tag, outbox, tap.topic)
    elif tapped.status != BANNED:
        text = texts.of(tap.tag, tapped.language).clicks(tapped.clicks)
        outbox.send(tap.chat_id, text, replaces="click", thread=tap.topic)


def turn_away(chat_id: int, tag: str | None, outbox: Outbox, topic: int | None = None) -> None:
    """Tell somebody who has not signed up how to."""
    outbox.send(chat_id, texts.of(tag).not_registered, texts.SIGN_UP, replaces="stranger", thread=topic)


class Taps:
    """The fast path of the clicker."""

    def __init__(self, players: Players, outbox: Outbox) -> None:
        self._players = players
        self._outbox = outbox

    def read(self, update: RawUpdate) -> Tap | None:
        """The tap that it is; what is not as expected is left to aiogram's models."""
        match update:
            case {
                "update_id": int(number),
                "message": {
                    "chat": {"id": int(chat_id), "type": "private"},
                    "text": str(text),
                    "from": {"first_name": str(name)} as user,
                } as message,
            } if text in texts.CLICKS:
                tag = user.get("language_code")
                topic = message.get("message_thread_id") if message.get("is_topic_message") else None
                return Tap(
                    number,
                    chat_id,
                    name,
                    tag if isinstance(tag, str) else None,
                    topic if isinstance(topic, int) else None,
                )
        return None

    async def apply(self, tap: Tap) -> None:
        """Count it."""
        await count(tap, self._players, self._outbox)
