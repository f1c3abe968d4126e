"""Taps: nearly all that comes, so they are counted as they arrive, before aiogram makes anything of them.

To build the models of an update, a task and the way to its handler takes several times as long as to count a tap.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from bots.clicker import texts
from bots.clicker.players import BANNED, Players
from runtime.outbox.outbox import Outbox

log = logging.getLogger(__name__)

Raw = dict[str, Any]
"""An update as it came."""


class Tap(NamedTuple):
    """A press of the button in a private chat."""

    update: int
    chat_id: int
    tag: str | None
    """The language of the player's Telegram (Bot API, User, language_code)."""


async def count(tap: Tap, players: Players, outbox: Outbox) -> None:
    """Count a tap; of answers that wait for Telegram's pace only the newest number is sent."""
    tapped = await players.tap(tap.update, tap.chat_id)
    if tapped is None:
        turn_away(tap.chat_id, tap.tag, outbox)
    elif tapped.status != BANNED:
        outbox.send(tap.chat_id, texts.of(tap.tag, tapped.language).clicks(tapped.clicks), replaces="click")


def turn_away(chat_id: int, tag: str | None, outbox: Outbox) -> None:
    """Tell somebody who has not signed up how to."""
    outbox.send(chat_id, texts.of(tag).not_registered, texts.SIGN_UP, replaces="stranger")


class Taps:
    """Takes taps out of the updates that are new."""

    def __init__(self, players: Players, outbox: Outbox, *, may_count: Callable[[], bool]) -> None:
        self._players = players
        self._outbox = outbox
        self._may_count = may_count
        """False while there is no place where taps can be kept: handlers tell what to say then."""

    async def take(self, updates: Iterable[Raw], on_handled: Callable[[int], None]) -> list[Raw]:
        """Count taps and tell of each that it is handled; returns all else, and what has to be handled after it."""
        left: list[Raw] = []
        busy = set[int | None]()
        for update in updates:
            chat_id, tap = _read(update)
            if tap is None or chat_id in busy or not self._may_count():
                left.append(update)
                busy.add(chat_id)
                continue
            try:
                await count(tap, self._players, self._outbox)
            except Exception:  # told and done with, as aiogram does it: a failure of its own would repeat for ever
                log.exception("Update %s could not be handled", tap.update)
            on_handled(tap.update)
        return left


def _read(update: Raw) -> tuple[int | None, Tap | None]:
    """The chat of a message, and the tap that it is; what is not as expected is left to aiogram's models."""
    match update:
        case {
            "update_id": int(number),
            "message": {"chat": {"id": int(chat_id), "type": "private"}, "text": str(text), "from": {**user}},
        } if text in texts.CLICKS:
            tag = user.get("language_code")
            return chat_id, Tap(number, chat_id, tag if isinstance(tag, str) else None)
        case {"message": {"chat": {"id": int(chat_id)}}}:
            return chat_id, None
    return None, None
