"""A move: all tables from one side to the other, of which at most one serves anybody at any moment.

Between the sides stand four states, each changed by one document or one transaction:

    on the server      served | incoming (a copy) | leaving (frozen: it counts) | gone (to Telegram)
    in the document    served | away: moved there | away: on the way from there

To the server: claim the document; copy into the server, incoming; the document says moved there; the server serves.
To Telegram: the server is leaving; the document holds all, on the way; the server says gone; the document serves.
Whoever comes after a kill finds one of these pairs and goes on. Each run has a number of its own, and the server lets
only the latest one go on; whoever writes the document has claimed it. Between two steps one side is in charge as well:
the server as soon as the document says so, and until the document serves, see `Settling`.
"""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from pinstore.chat.notes import Place
from pinstore.copies.document import Away, Document, moved
from pinstore.errors import CannotMoveError, MovedError, OtherBotError
from pinstore.moving import ChatSide
from pinstore.postgres.charge import GONE, INCOMING, LEAVING, Charge
from pinstore.postgres.side import STORE, Found, ServerSide
from pinstore.server.known import ADMIN, BOT, NOTE
from pinstore.server.updates import id_of

IN_TELEGRAM, ON_SERVER = "The tables are in Telegram already.", "The tables are in PostgreSQL already."
KEPT_THERE = "The tables stay in PostgreSQL, which serves them again."


@dataclass(frozen=True)
class Plan:
    """What a move will do."""

    source: str
    target: str
    totals: Mapping[str, int]
    act: Callable[[], Awaitable[None]] | None
    """None: there is nothing left to do."""
    said: str
    """What is to be said when it is done."""


class Mover:
    """Of one bot between one server and Telegram."""

    def __init__(self, side: ServerSide, name: str) -> None:
        """`name` is the bot's on the server."""
        self._side = side
        self._name = name
        self._move = secrets.token_hex(8)

    async def to_server(self, chat: ChatSide) -> Plan:
        """From Telegram. Raises CannotMoveError, MovedError, OtherBotError, NewerSchemaError."""
        found, seen = await self._look(), await chat.look()
        charge = found.charge
        if charge and charge.state == LEAVING:
            return Plan("Telegram", found.place, found.totals, lambda: self._side.serve(charge), KEPT_THERE)
        if seen is None:
            raise CannotMoveError("There is nothing to move: no tables are in Telegram.")
        place, document = seen
        away, is_served, source = document.away, charge is None and BOT in found.kept, _words(place)
        if away and is_served and away.store == found.kept.get(STORE):
            return Plan(source, found.place, found.totals, None, ON_SERVER)
        if away and (away.move or away.store != found.kept.get(STORE)):
            raise moved(away)
        if is_served and any(found.totals.values()):
            raise CannotMoveError(f"{found.place} serves players of its own: it is not written over.")
        if away and not (charge and charge.state == INCOMING):
            raise CannotMoveError("Neither side serves the tables: make one of the `backups` the table by `restore`.")
        said = f"The tables are in {found.place} now: start the bot with DATABASE_URL."
        return Plan(source, found.place, document.counts, lambda: self._to_server(chat, found), said)

    async def _to_server(self, chat: ChatSide, found: Found) -> None:
        await chat.open()
        away = Away(to=found.place, store=await self._side.name())
        ids = [id_of(update) for update in await chat.pending() if update.update_id in chat.applied]
        notes = {NOTE + name: json.dumps(list(numbers)) for name, numbers in chat.notes().items()}
        kept = {BOT: self._name, ADMIN: str(chat.chat_id), **notes}
        await self._side.take_in(self._move, kept, ids, chat.rows)
        await chat.save(away, last=True)
        await self._side.serve(Charge(INCOMING, self._move))

    async def look(self) -> Found:
        """How it is on the server, before the chat is known. Raises as `to_telegram`."""
        found = await self._look()
        if BOT not in found.kept:
            raise CannotMoveError("There is nothing to move: no tables are in the database of DATABASE_URL.")
        if ADMIN not in found.kept:
            raise CannotMoveError("There is nothing to move: the bot has no admin yet, in whose chat it could be kept.")
        return found

    async def to_telegram(self, chat: ChatSide, chat_id: int) -> Plan:
        """From the server, into this chat. Raises CannotMoveError, MovedError, OtherBotError, NewerSchemaError."""
        found, seen = await self.look(), await chat.look()
        charge, target = found.charge, _words(seen[0] if seen else Place(chat_id, 0))
        said = "The tables are in Telegram now: start the bot without DATABASE_URL."
        if charge and charge.state == INCOMING:
            raise MovedError("PostgreSQL", into_server=True, is_finished=False)
        if charge and charge.state == GONE:
            return self._rest(chat, seen, Plan(found.place, target, found.totals, None, said), charge)
        if seen and (away := seen[1].away) and away.store != found.kept.get(STORE):
            raise moved(away)
        if seen and not seen[1].away and any(seen[1].counts.values()):
            raise CannotMoveError(f"{target} serves players of its own: it is not written over.")
        return Plan(
            found.place,
            target,
            found.totals,
            lambda: self._to_telegram(chat, found, chat_id, is_new=seen is None),
            said,
        )

    def _rest(self, chat: ChatSide, seen: tuple[Place, Document] | None, plan: Plan, charge: Charge) -> Plan:
        """What is left to do when the server has let go of them."""

        async def serve() -> None:
            await chat.open()
            async with self._side.gone(charge.move):
                await chat.save(None, last=True)

        away = seen[1].away if seen else None
        if seen and away is None:
            return Plan(plan.source, plan.target, seen[1].counts, None, IN_TELEGRAM)
        if away and away.move == charge.move:
            return Plan(plan.source, plan.target, plan.totals, serve, plan.said)
        raise CannotMoveError("Neither side serves the tables: make one of the `backups` the table by `restore`.")

    async def _to_telegram(self, chat: ChatSide, found: Found, chat_id: int, *, is_new: bool) -> None:
        away = Away(to=found.place, store=await self._side.name(), move=self._move)
        await self._side.freeze(self._move)
        await (chat.create(chat_id, away) if is_new else chat.open())
        pending = [update.update_id for update in await chat.pending()]
        applied = await self._side.handled(min(pending)) if pending else set[int]()
        kept = (await self._side.look()).kept
        chat.note({name.removeprefix(NOTE): json.loads(kept[name]) for name in kept if name.startswith(NOTE)})
        await chat.refill(self._side.rows, applied)
        await chat.save(away, last=False)
        await self._side.let_go(self._move)
        async with self._side.gone(self._move):
            await chat.save(None, last=True)

    async def _look(self) -> Found:
        found = await self._side.look()
        if (whose := found.kept.get(BOT, self._name)) != self._name:
            raise OtherBotError(whose, self._name)
        return found


def _words(place: Place) -> str:
    return f"Telegram (chat {place.chat_id}{f', message {place.message_id}' if place.message_id else ''})"
