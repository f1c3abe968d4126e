"""What Prometheus reads: numbers that the parts of the bot keep anyway, looked up when it asks for them."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import cast

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from runtime import __version__
from runtime.ops.health import Health
from runtime.session import Session


class Numbers(Collector):
    """The numbers of one bot."""

    def __init__(self, health: Health) -> None:
        self._parts = health.parts
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        about = {"version": __version__, "durability": self._parts.settings.durability}
        yield InfoMetricFamily("clicker", "What runs.", about)
        yield _gauge("healthy", "1 if /healthz says 200.", self._health.state.is_good)
        yield from self._table()
        yield from self._traffic()
        yield from self._saves()

    def _table(self) -> Iterator[Metric]:
        totals = self._parts.database.totals()
        yield _gauge("players", "Players in the table.", totals.get("users", 0))
        yield _gauge("clicks", "Clicks in the table.", totals.get("clicks", 0))
        yield _gauge("opening_seconds", "What it took to restore and claim the table.", self._health.opening_time)

    def _traffic(self) -> Iterator[Metric]:
        parts = self._parts
        yield _counter("updates", "Updates that came from Telegram.", parts.store.status.received)
        yield _gauge("held_updates", "Updates that Telegram has to keep for the bot.", parts.store.status.held)
        yield _gauge("overloaded", "1 while updates are confirmed unstored.", parts.store.status.is_overloaded)
        yield _gauge("chats_waiting", "Chats that wait for an answer.", parts.outbox.waiting)
        yield from self._calls(cast("Session", parts.bot.session).answers)

    def _calls(self, answered: Mapping[tuple[str, int], int]) -> Iterator[Metric]:
        calls = CounterMetricFamily("clicker_calls", "Calls that Telegram has answered.", labels=["method", "status"])
        for (method, status), number in answered.items():
            calls.add_metric([method, str(status)], number)
        yield calls
        yield _counter("answers", "Texts that Telegram has taken.", answered.get(("sendMessage", HTTPStatus.OK), 0))
        refused = sum(number for (_, status), number in answered.items() if status == HTTPStatus.TOO_MANY_REQUESTS)
        yield _counter("too_many_requests", "Calls that Telegram has answered with 429.", refused)

    def _saves(self) -> Iterator[Metric]:
        tally = self._parts.keeper.tally
        saves = CounterMetricFamily("clicker_saves", "Saves by how they ended.", labels=["result"])
        saves.add_metric(["stored"], tally.stored)
        saves.add_metric(["failed"], tally.failed)
        yield saves
        seconds = "How long saves took that were stored."
        yield SummaryMetricFamily("clicker_save_seconds", seconds, count_value=tally.stored, sum_value=tally.seconds)
        yield _counter("saved_bytes", "Bytes of all stored documents, without their parts.", tally.bytes)
        yield _gauge("last_save_bytes", "Bytes of the document stored last.", tally.last_bytes)
        if tally.last_at is not None:
            yield _gauge("last_save_timestamp_seconds", "When the last save was stored.", tally.last_at)
        yield _gauge("generation", "The generation stored last.", self._parts.keeper.generation)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"clicker_{name}", text, value)


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"clicker_{name}", text, value)


def registry(health: Health) -> CollectorRegistry:
    """A register of its own: these numbers, and memory and time of the process where the system tells them."""
    made = CollectorRegistry()
    made.register(Numbers(health))
    ProcessCollector(registry=made)
    return made
