"""What Telegram has accepted, against what is stored: the promise, looked at after every change."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.chaos.bulk import Row

TAP = "Клик"
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Account:
    """What a restore would find at one instant: clicks of play by player, and the updates that they hold."""

    generation: int
    epoch: int
    clicks: Counter[int]
    applied: frozenset[int]
    rows: Mapping[int, Row]
    parts: tuple[str, ...]
    """Checksums of the parts."""


class Ledger:
    """Every tap that was accepted is in the stored document or still waits in the queue, never both, never neither.

    A crash at any instant loses or doubles exactly what `watch` would find at that instant.
    """

    def __init__(self, telegram: Telegram, admin: Person) -> None:
        self._telegram = telegram
        self._admin = admin
        self._seen: tuple[object, ...] = ()
        self._account: Account | None = None
        self._accounts: dict[tuple[str, str], Account | None] = {}
        self._layers: dict[tuple[str, ...], Mapping[int, Row]] = {}
        self.imported: Mapping[int, Row] = {}
        """The rows that play began from, by key."""
        self.sent: Counter[int] = Counter()
        self.lost = 0
        self.doubled = 0
        self.cuts: set[tuple[str, ...]] = set()
        """The parts, by checksum, that stored documents have referred to."""
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
        if self._account:
            self.cuts.add(self._account.parts)
        if self.lost or self.doubled:
            generation = self._account.generation if self._account else None
            self.moments.append(f"lost {self.lost}, doubled {self.doubled} with generation {generation} stored")

    def account(self) -> Account | None:
        """The newest good document among all in the backup chat; None if there is none."""
        accounts = filter(None, map(self._known, reversed(self._documents())))  # of equal ones the younger counts
        return max(accounts, key=lambda one: (one.epoch, one.generation), default=None)

    @property
    def is_settled(self) -> bool:
        """True when nothing waits and everything is stored."""
        account = None if len(self._telegram.bot().queue) else self.account()
        return account is not None and account.clicks == self.sent

    def changed_rows(self) -> list[Row]:
        """The imported rows that are not stored as they should be: as they were but for taps."""
        account = self.account()
        stored = account.rows if account else {}

        def is_right(row: Row) -> bool:
            now, taps = stored.get(row[0]), self.sent[row[0]]
            return now is not None and (now[: len(row)] == row or (taps > 0 and (now[1], now[3]) == (row[1], row[3])))

        return [row for row in self.imported.values() if not is_right(row)]

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

    def _known(self, message: dict[str, Any]) -> Account | None:
        """A document is read once."""
        key = (message["document"]["file_unique_id"], message.get("caption", ""))
        if key not in self._accounts:
            self._accounts[key] = self._read(message)
        return self._accounts[key]

    def _read(self, message: dict[str, Any]) -> Account | None:
        """Check a document as a restore does: its checksum in the caption, or in the name while a claim is written."""
        content = self._telegram.document(message)
        checksum = hashlib.sha256(content).hexdigest()
        written = _SHA256.search(message.get("caption", ""))
        named = str(message["document"].get("file_name", "")).endswith(f"-{checksum[:16]}.json")
        if not (named or (written and written[0] == checksum)):
            return None
        document = json.loads(content)
        parts = sorted((one for one in document["parts"] if one["table"] == "users"), key=lambda one: int(one["run"]))
        rows = _lay_over(self._layer(parts), document["tables"]["users"])
        counts = {"users": len(rows), "clicks": sum(row[2] for row in rows.values())}
        if not counts.items() <= document["counts"].items():
            return None
        clicks = {key: row[2] - self.imported[key][2] if key in self.imported else row[2] for key, row in rows.items()}
        return Account(
            document["generation"],
            document["epoch"],
            Counter({key: number for key, number in clicks.items() if number}),
            frozenset(document["applied_updates"]),
            rows,
            tuple(part["sha256"] for part in parts),
        )

    def _layer(self, parts: list[dict[str, Any]]) -> Mapping[int, Row]:
        """The rows of all parts, later ones over earlier ones."""
        key = tuple(part["sha256"] for part in parts)
        if key not in self._layers:
            rows: Mapping[int, Row] = {}
            for part in parts:
                content = self._telegram.document({"document": part})
                assert hashlib.sha256(content).hexdigest() == part["sha256"]
                rows = _lay_over(rows, json.loads(gzip.decompress(content)))
            self._layers[key] = rows
        return self._layers[key]


def _lay_over(below: Mapping[int, Row], table: dict[str, Any]) -> Mapping[int, Row]:
    assert table["columns"][:5] == ["chatid", "name", "click", "state", "reached"]
    rows = {**below, **{row[0]: tuple(row) for row in table["rows"]}}
    for key in table["deleted"]:
        rows.pop(key, None)
    return rows


async def stop(task: asyncio.Task[None]) -> None:
    """End a task that runs for ever; raises what it has died of."""
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
