"""The circuit breaker before somebody else's service: when it fails again and again, it is left alone for a while."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from pybreaker import STATE_CLOSED, STATE_OPEN, CircuitBreaker, CircuitBreakerError, CircuitBreakerListener

from bots.shop.settings import ShopSettings


class RefusedError(Exception):
    """The service has understood and says no; the message is one line."""


class UnavailableError(Exception):
    """Nobody knows what the service says; the message is one clause."""


class Breaker:
    """Lets requests through, or not."""

    def __init__(self, name: str, settings: ShopSettings, tell: Callable[[str], None]) -> None:
        self._name = name
        self._tell = tell
        self._timeout = settings.circuit_breaker_timeout
        self._opened = 0.0
        """By time.monotonic."""
        self._is_told = False
        self._trial = asyncio.Lock()
        self._circuit = CircuitBreaker(
            settings.circuit_breaker_failure_threshold,
            settings.circuit_breaker_timeout,
            settings.circuit_breaker_success_threshold,
            exclude=[RefusedError],
            listeners=[_Turns(self._turned)],
            throw_new_error_on_trip=False,
        )

    @property
    def state(self) -> str:
        """`closed`, `open` or `half-open`."""
        return str(self._circuit.current_state)

    @property
    def rests(self) -> bool:
        """Whether a request would not be sent now."""
        is_waiting = self.state == STATE_OPEN and time.monotonic() < self._opened + self._timeout
        return is_waiting or self._trial.locked()

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Around one request, which raises UnavailableError or RefusedError; raises the former if none may be sent.

        pybreaker would let several through at once while it is half-open: here they are tried one after the other, and
        whoever comes meanwhile is turned away.
        """
        if self.state == STATE_CLOSED:
            with self._guarded():
                yield
        elif self._trial.locked():
            raise UnavailableError("another request is being tried")
        else:
            async with self._trial:
                with self._guarded():
                    yield

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            with self._circuit.calling():
                yield
        except CircuitBreakerError as error:
            raise UnavailableError("it has failed too often and is left alone") from error

    def _turned(self, state: str) -> None:
        """Tell the admin when it opens first, and when it is closed again."""
        if state == STATE_OPEN:
            self._opened = time.monotonic()
        if state == STATE_OPEN and not self._is_told:
            self._is_told = True
            self._tell(f"⚠️ {self._name} не отвечает: запросы приостановлены на {self._timeout:g} с")
        elif state == STATE_CLOSED and self._is_told:
            self._is_told = False
            self._tell(f"ℹ️ {self._name} снова отвечает")


class Breakers(Mapping[str, str]):
    """The states of those that are on, by the names of their services."""

    def __init__(self) -> None:
        self.all: dict[str, Breaker] = {}

    def __getitem__(self, name: str) -> str:
        return self.all[name].state

    def __iter__(self) -> Iterator[str]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)


class _Turns(CircuitBreakerListener):
    """Says when the state is another one."""

    def __init__(self, turned: Callable[[str], None]) -> None:
        self._turned = turned

    def state_change(self, cb: CircuitBreaker, old_state: Any, new_state: Any) -> None:
        """Say so."""
        self._turned(str(new_state.name))
