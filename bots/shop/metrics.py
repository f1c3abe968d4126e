"""What Prometheus reads of the shop, beside what it reads of every bot; imported when a port for it is set."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bots.shop.limits import Limits
from bots.shop.meters import BOUNDS, Meters

PREFIX = "telegram_bot"


class Numbers(Collector):
    """The shop's numbers, looked up when somebody asks."""

    def __init__(self, meters: Meters, limits: Limits) -> None:
        self._meters = meters
        self._limits = limits

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        meters = self._meters
        yield _counter("messages", "Messages, presses and pre-checkouts that were handled.", meters.taken)
        yield _counter("payments", "Top-ups credited and orders paid.", meters.payments)
        yield _counter("errors", "Faults that somebody met.", meters.faults)
        yield _counter("rate_limit_hits", "Messages, presses and requests that were too many.", self._limits.hits)
        yield GaugeMetricFamily(f"{PREFIX}_active_users", "People of the last 15 minutes.", meters.active)
        bounds = [*map(str, BOUNDS), "+Inf"]
        yield HistogramMetricFamily(
            f"{PREFIX}_response_time_seconds",
            "From the arrival of an update to the end of its handling.",
            buckets=list(zip(bounds, accumulate(meters.buckets), strict=True)),
            sum_value=meters.seconds,
        )


def _counter(name: str, text: str, value: int) -> CounterMetricFamily:
    return CounterMetricFamily(f"{PREFIX}_{name}", text, value)
