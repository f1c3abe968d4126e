"""Inline queries: what somebody has typed after the bot's name, the bot's answer, and what is kept of it.

Source: Bot API, InlineQuery, answerInlineQuery; tdlib/telegram-bot-api, Client.cpp, add_new_inline_query. How long an
answer is waited for is not known: here as long as the update lives. The server answers from its cache by itself.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.chats import Json

LIFETIME = 30.0
CHOSEN_LIFETIME = 600.0


@dataclass
class InlineQuery:
    """One query: who asks, what, from where on, until when it can be answered, and the answer (None so far).

    answer: {"results": [...], "next_offset": text, "button": {...} or None}; a result has the fields `shown` (type, id,
    title, description), `content` (of the message that it makes) and `markup`.
    """

    person_id: int
    text: str
    offset: str
    expires: float
    answer: Json | None = None


class Inline:
    """The inline mode of a bot: on is BotFather's /setinline, feedback his /setinlinefeedback."""

    def __init__(self) -> None:
        self.on = False
        self.feedback = False
        self.queries: dict[str, InlineQuery] = {}
        self._cache: dict[tuple[str, str, int], tuple[float, Json]] = {}

    def ask(self, person_id: int, text: str, offset: str, now: float) -> str:
        """Open a query, answered already if there is an answer in the cache; returns its id."""
        query_id = str(random.getrandbits(62))
        query = self.queries[query_id] = InlineQuery(person_id, text, offset, now + LIFETIME)
        for owner in (0, person_id):
            expires, answer = self._cache.get((text, offset, owner), (0.0, None))
            if answer is not None and expires > now:
                query.answer = answer
        return query_id

    def keep(self, query: InlineQuery, until: float, *, personal: bool) -> None:
        """Give the same answer to the same query until then, to everybody or to this person alone."""
        if query.answer is not None:
            self._cache[query.text, query.offset, query.person_id if personal else 0] = (until, query.answer)
