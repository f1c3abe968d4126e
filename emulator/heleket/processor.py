"""What a processor knows: invoices by the order ids of its merchant, and what becomes of them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.state.changes import PATIENCE, Changes

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

FINAL = frozenset({"paid", "paid_over", "wrong_amount", "fail", "cancel", "system_fail", "refund_paid"})
"""Statuses after which nothing comes (doc.heleket.com, payment statuses)."""


class RefusedError(Exception):
    """A request is not as the pages want it; `status` is the HTTP status."""

    def __init__(self, status: int, said: Json) -> None:
        super().__init__(said)
        self.status, self.said = status, said


@dataclass
class Invoice:
    """A payment that is wanted."""

    order_id: str
    amount: str
    currency: str
    lifetime: int
    url_callback: str
    url: str = ""
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "check"
    is_final: bool = False
    paid: str | None = None

    def said(self) -> Json:
        """As the processor writes it; amounts with eight decimals."""
        whole, _, part = self.amount.partition(".")
        return {
            "uuid": self.uuid,
            "order_id": self.order_id,
            "amount": f"{whole}.{part.ljust(8, '0')}",
            "payment_amount": self.paid,
            "currency": self.currency,
            "url": self.url,
            "status": self.status,
            "payment_status": self.status,
            "is_final": self.is_final,
            "additional_data": None,
        }


@dataclass
class Call:
    """A request that has arrived."""

    path: str
    said: Json


@dataclass
class Fault:
    """What becomes of the next requests: an HTTP status, no answer at all, or an answer that gets lost."""

    kind: str
    times: int | None


class Processor:
    """One merchant's account."""

    def __init__(self, merchant: str = "merchant", key: str = "key") -> None:
        self.merchant, self.key = merchant, key
        self.base = ""
        """The address of the pages on which people pay."""
        self.invoices: dict[str, Invoice] = {}
        self.calls: list[Call] = []
        """All that were signed as they should be."""
        self.forged = 0
        """Requests that were not."""
        self.faults: list[Fault] = []
        self.changed = Changes()
        self.held = asyncio.Event()
        self.held.set()
        """Cleared: requests arrive, and their answers wait."""

    def count(self, path: str, order_id: str | None = None) -> int:
        """How many requests there were."""
        return sum(call.path == path and order_id in (None, call.said.get("order_id")) for call in self.calls)

    def fail(self, kind: str, times: int | None = 1) -> None:
        """Have the next requests fail: an HTTP status, `not json`, `reset`, or `lost` after they took effect."""
        self.faults.append(Fault(kind, times))

    def fault(self) -> str:
        """What the request that comes now suffers; "" for nothing."""
        if not self.faults:
            return ""
        fault = self.faults[0]
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self.faults.pop(0)
        return fault.kind

    def move(self, order_id: str, status: str, paid: str | None = None, *, is_final: bool | None = None) -> None:
        """Money comes, or does not."""
        invoice = self.invoices[order_id]
        invoice.status, invoice.paid = status, paid or invoice.paid
        invoice.is_final = status in FINAL if is_final is None else is_final
        self.changed.touch()

    async def wait(self, found: Callable[[], object], what: str = "") -> Any:
        """Wait until something is so."""
        return await self.changed.until(found, PATIENCE, what or "the processor has not been asked")

    def signature(self, body: bytes) -> str:
        """Over the bytes themselves (doc.heleket.com, request format)."""
        return hashlib.md5(base64.b64encode(body) + self.key.encode(), usedforsecurity=False).hexdigest()

    def webhook(self, of_order: str, *, first: bool = False, **more: object) -> bytes:
        """What is sent when a status changes, as PHP writes it: no spaces, `/` escaped, letters not; signed."""
        said = {"type": "payment"} | self.invoices[of_order].said() | {"from": "https://tronscan.org/Тест"} | more
        body = php(said)
        sign = f'"sign":"{self.signature(body)}"'.encode()
        return b"{" + sign + b"," + body[1:] if first else body[:-1] + b"," + sign + b"}"


def php(said: Json) -> bytes:
    """What json_encode with JSON_UNESCAPED_UNICODE makes (doc.heleket.com, webhook)."""
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).replace("/", "\\/").encode()
