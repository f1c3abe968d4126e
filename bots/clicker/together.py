"""Taps that are counted together, in PostgreSQL: one statement for all that came while others were being committed."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from bots.clicker import texts
from bots.clicker.players import MOST_CLICKS, Players, Tapped
from bots.clicker.taps import Tap, Taps, tell
from pinstore import Tables, Writer
from runtime.people import BANNED, SERVED

# Rows are locked in the order of their ids: two replicas that count for the same players would lock each other out.
# `reached` tells of players with equal clicks who got there first, within a batch by the place of the last tap.
_COUNT = f"""
WITH came AS (
    SELECT * FROM unnest(?1::bigint[], ?2::bigint[], ?3::text[], ?4::bigint[]) AS came (chatid, taps, name, place)
), locked AS (
    SELECT chatid FROM users WHERE chatid = ANY (?1::bigint[]) ORDER BY chatid FOR UPDATE
)
UPDATE users SET click = click + came.taps, status = {SERVED}, name = coalesce(came.name, users.name),
    reached = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + came.place
FROM came JOIN locked ON locked.chatid = came.chatid
WHERE users.chatid = came.chatid AND click + came.taps <= {MOST_CLICKS} AND status <> {BANNED}
RETURNING users.chatid, click, status, language"""

_TAPPED = "SELECT chatid, click, status, language FROM users WHERE chatid = ANY (?1::bigint[])"


class Came(NamedTuple):
    """One of them."""

    chat: int
    number: int
    name: str | None


async def count(tables: Tables, taps: Sequence[Came], new: Collection[tuple[int, int]]) -> list[Tapped | None]:
    """Count those that are new, each once; what each has led to, None for a stranger. Of one known before the same."""
    fresh: dict[tuple[int, int], Came] = {tap[:2]: tap for tap in taps if tap[:2] in new}
    numbers = Counter(tap.chat for tap in fresh.values())
    last = {tap.chat: (tap.name, place) for place, tap in enumerate(fresh.values())}
    chats = sorted(numbers)
    values = (chats, [numbers[chat] for chat in chats], *map(list, zip(*(last[chat] for chat in chats), strict=True)))
    rows = await tables.fetch(_COUNT, values) if chats else []
    found = {chat: Tapped(*rest) for chat, *rest in rows}
    if others := {tap.chat for tap in taps} - found.keys():  # strangers, banned, and whoever has counted before
        rows = await tables.fetch(_TAPPED, (list(others),))
        found |= {chat: Tapped(*rest) for chat, *rest in rows}
    return [found.get(tap.chat) for tap in taps]


class PlayersTogether(Players):
    """The players on a server."""

    async def tap(self, player: int, name: str | None = None, update: int | Writer = Writer.HANDLED) -> Tapped | None:
        """As in memory; of a tap that a handler counts, as its player had sent something else before it."""
        came = Came(player, 0, name)
        found = await self.store.write(lambda tables: count(tables, [came], {came[:2]}), update=update)
        return found[0]


class TapsTogether(Taps):
    """The taps that are counted as they arrive."""

    def key(self, tap: Tap) -> tuple[int, int]:
        """Whose it is, and its update_id."""
        return tap.chat_id, tap.update

    async def count(
        self, tables: Tables, taps: Sequence[Tap], new: Collection[tuple[int, int]]
    ) -> Sequence[Tapped | None]:
        """Count those that are new."""
        return await count(tables, [Came(tap.chat_id, tap.update, tap.name) for tap in taps], new)

    def tell(self, tap: Tap, tapped: Tapped | None) -> None:
        """Answer; of numbers that wait for Telegram's pace only the newest is sent."""
        tell(tap, tapped, self._outbox)

    def number(self, tapped: Tapped | None) -> int | None:
        """His clicks; None for a stranger, and for who is banned."""
        return None if tapped is None or tapped.status == BANNED else tapped.clicks

    def saying(self, tap: Tap, tapped: Tapped) -> Mapping[str, Any]:
        """How many; without a model, which costs a tenth of all that a tap does."""
        said = {"chat_id": tap.chat_id, "text": texts.of(tap.tag, tapped.language).clicks(tapped.clicks)}
        return said if tap.topic is None else said | {"message_thread_id": tap.topic}

    def kept(self, tap: Tap) -> str:
        """Language and topic."""
        return json.dumps([tap.tag, tap.topic])

    def recall(self, chat: int, kept: str) -> Tap:
        """As it was, but for what is counted already."""
        tag, topic = json.loads(kept)
        return Tap(0, chat, "", tag, topic)
