"""A bot's webhook: what setWebhook has set, what went wrong last, and what was delivered."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.address import Address
    from emulator.state.clock import Clock


@dataclass(frozen=True)
class Hook:
    """What setWebhook has set: two alike are the same webhook. given_ip "": the host's own; certificate b"": none."""

    url: str
    max_connections: int
    secret_token: str = ""
    given_ip: str = ""
    certificate: bytes = b""


@dataclass(slots=True)
class Delivery:
    """One request to a webhook: which update, the how-maniest time, when, and what came of it.

    chat is 0 where the update is not about one; status 0: no answer, yet or ever; error as getWebhookInfo has it.
    """

    update_id: int
    chat: int
    attempt: int
    at: float
    status: int = 0
    error: str = ""
    done: bool = False


class Webhook:
    """The webhook of one bot, if it has one. Each setting and deletion is a new generation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.hook: Hook | None = None
        self.address: Address | None = None
        self.ip = ""
        self.generation = 0
        self.next_set = 0.0
        self.last_error: tuple[int, str] | None = None
        self.deliveries: deque[Delivery] = deque(maxlen=20_000)

    def set(self, hook: Hook, address: Address) -> None:
        """A new one, with nothing known against it."""
        self.hook, self.address, self.ip = hook, address, hook.given_ip
        self.last_error = None
        self.generation += 1

    def close(self) -> None:
        """None any more. Source: tdlib/telegram-bot-api, Client.cpp, on_webhook_closed."""
        self.hook, self.address, self.ip = None, None, ""
        self.last_error = None
        self.generation += 1

    def failed(self, error: str) -> None:
        """Remember what went wrong; a success does not wipe it out. Source: Client.cpp, webhook_error."""
        self.last_error = (int(self._clock.now()), error)
