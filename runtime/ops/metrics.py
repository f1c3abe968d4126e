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
        self._prefix = health.parts.app.name

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        about = {"version": __version__, "durability": self._parts.settings.durability}
        yield InfoMetricFamily(self._prefix, "What runs.", about)
        yield self._gauge("healthy", "1 if /healthz says 200.", self._health.state.is_good)
        yield from self._table()
        yield from self._traffic()
        yield from self._saves()

    def _table(self) -> Iterator[Metric]:
        totals = self._parts.store.totals()
        for total in self._parts.app.totals:
            yield self._gauge(total.metric, total.about, totals.get(total.name, 0))
        yield self._gauge("opening_seconds", "What it took to restore and claim the table.", self._health.opening_time)

    def _traffic(self) -> Iterator[Metric]:
        parts = self._parts
        yield self._counter("updates", "Updates that came from Telegram.", parts.store.status.received)
        yield self._gauge("held_updates", "Updates that Telegram has to keep for the bot.", parts.store.status.held)
        yield self._gauge("overloaded", "1 while updates are confirmed unstored.", parts.store.status.is_overloaded)
        yield self._gauge("chats_waiting", "Chats that wait for an answer.", parts.outbox.waiting)
        if parts.settings.webhook_url:
            strangers = "Requests at the webhook that were refused."
            refused = CounterMetricFamily(f"{self._prefix}_strangers", strangers, labels=["status"])
            for status, number in self._health.strangers.items():
                refused.add_metric([str(status)], number)
            yield refused
        yield from self._calls(cast("Session", parts.bot.session).answers)

    def _calls(self, answered: Mapping[tuple[str, int], int]) -> Iterator[Metric]:
        calls = CounterMetricFamily(
            f"{self._prefix}_calls", "Calls that Telegram has answered.", labels=["method", "status"]
        )
        for (method, status), number in answered.items():
            calls.add_metric([method, str(status)], number)
        yield calls
        yield self._counter(
            "answers", "Texts that Telegram has taken.", answered.get(("sendMessage", HTTPStatus.OK), 0)
        )
        refused = sum(number for (_, status), number in answered.items() if status == HTTPStatus.TOO_MANY_REQUESTS)
        yield self._counter("too_many_requests", "Calls that Telegram has answered with 429.", refused)

    def _saves(self) -> Iterator[Metric]:
        status = self._parts.store.status
        saves = CounterMetricFamily(f"{self._prefix}_saves", "Saves by how they ended.", labels=["result"])
        saves.add_metric(["stored"], status.saves)
        saves.add_metric(["failed"], status.failed_saves)
        yield saves
        seconds = "How long saves took that were stored."
        yield SummaryMetricFamily(
            f"{self._prefix}_save_seconds", seconds, count_value=status.saves, sum_value=status.save_seconds
        )
        yield self._counter("saved_bytes", "Bytes of all stored documents, without their parts.", status.saved_bytes)
        yield self._gauge("last_save_bytes", "Bytes of the document stored last.", status.document_bytes)
        if status.saved_at is not None:
            yield self._gauge("last_save_timestamp_seconds", "When the last save was stored.", status.saved_at)
        yield self._gauge("generation", "The generation stored last.", status.generation)

    def _gauge(self, name: str, text: str, value: float) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"{self._prefix}_{name}", text, value)

    def _counter(self, name: str, text: str, value: float) -> CounterMetricFamily:
        return CounterMetricFamily(f"{self._prefix}_{name}", text, value)


def registry(health: Health) -> CollectorRegistry:
    """A register of its own: these numbers, and memory and time of the process where the system tells them."""
    made = CollectorRegistry()
    made.register(Numbers(health))
    for own in health.parts.app.numbers(health.parts.shared, health.parts.given):
        made.register(own)
    ProcessCollector(registry=made)
    return made
