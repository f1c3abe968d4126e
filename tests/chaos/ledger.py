"""What Telegram has accepted, against what is stored: the promise, looked at after every change."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clicker.emulator.people import Person
    from clicker.emulator.telegram import Telegram

TAP = "Клик"
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Account:
    """Clicks by player that a restore would find at one instant, and the updates that they hold."""

    generation: int
    clicks: Counter[int]
    applied: frozenset[int]


class Ledger:
    """Every tap that was accepted is in the stored document or still waits in the queue, never both, never neither.

    A crash at any instant loses or doubles exactly what `watch` would find at that instant.
    """

    def __init__(self, telegram: Telegram, admin: Person) -> None:
        self._telegram = telegram
        self._admin = admin
        self._seen: tuple[object, ...] = ()
        self._account: Account | None = None
        self.sent: Counter[int] = Counter()
        self.lost = 0
        self.doubled = 0
        self.moments: list[str] = []
        """Instants at which the promise did not hold, in words."""

    def tap(self, player: Person) -> None:
        """A player taps; from now on Telegram has accepted it."""
        player.send(TAP)
        self.sent[player.id] += 1

    async def watch(self) -> None:
        """Look after every change, until cancelled."""
        while True:
            self.look()
            await self._telegram.changed.wait()

    def look(self) -> None:
        """Note whether a crash right now would lose or double something."""
        queue = self._telegram.bot().queue
        files = {message["document"]["file_unique_id"] for message in self._documents()}
        state = (files, queue.head, len(self._telegram.forgotten()))
        if state == self._seen:
            return
        self._seen = state
        self._account = self.account()
        self.lost, self.doubled = self._missing(self._account)
        if self.lost or self.doubled:
            generation = self._account.generation if self._account else None
            self.moments.append(f"lost {self.lost}, doubled {self.doubled} with generation {generation} stored")

    def account(self) -> Account | None:
        """The newest good document among all in the backup chat; None if there is none."""
        return max(filter(None, map(self._read, self._documents())), key=lambda one: one.generation, default=None)

    @property
    def is_settled(self) -> bool:
        """True when nothing waits and everything is stored."""
        account = None if len(self._telegram.bot().queue) else self.account()
        return account is not None and account.clicks == self.sent

    def _missing(self, account: Account | None) -> tuple[int, int]:
        if account is None:
            return sum(self.sent.values()), 0
        held = account.clicks.copy()
        for update in self._telegram.queue_of():
            if update["update_id"] not in account.applied and update.get("message", {}).get("text") == TAP:
                held[update["message"]["chat"]["id"]] += 1
        return (self.sent - held).total(), (held - self.sent).total()

    def _documents(self) -> list[dict[str, Any]]:
        return [m.data for m in self._admin.chat.messages.values() if m.outgoing and "document" in m.data]

    def _read(self, message: dict[str, Any]) -> Account | None:
        """Check a document as a restore does: its checksum in the caption, or in the name while a claim is written."""
        content = self._telegram.document(message)
        checksum = hashlib.sha256(content).hexdigest()
        written = _SHA256.search(message.get("caption", ""))
        named = str(message["document"].get("file_name", "")).endswith(f"-{checksum[:16]}.json")
        if not (named or (written and written[0] == checksum)):
            return None
        document = json.loads(content)
        columns = document["tables"]["users"]["columns"]
        rows = [dict(zip(columns, row, strict=True)) for row in document["tables"]["users"]["rows"]]
        clicks = Counter({row["chatid"]: row["click"] for row in rows if row["click"]})
        if document["counts"] != {"users": len(rows), "clicks": clicks.total()}:
            return None
        return Account(document["generation"], clicks, frozenset(document["applied_updates"]))


async def stop(task: asyncio.Task[None]) -> None:
    """End a task that runs for ever; raises what it has died of."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
