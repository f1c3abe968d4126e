"""What is measured: steps that stand alone, each a topic at a size."""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.benchmarks.answers import measure_answers
from tests.benchmarks.backlog import measure_backlog
from tests.benchmarks.data import measure_data
from tests.benchmarks.load import Load, measure_load, measure_tls
from tests.benchmarks.memory import measure_memory
from tests.benchmarks.moving import measure_move
from tests.benchmarks.pace import LIMITS, measure_pace
from tests.benchmarks.report import Report
from tests.benchmarks.saving import measure_saving
from tests.benchmarks.server import measure_polling, measure_server, measure_webhook
from tests.benchmarks.shop import measure_shop
from tests.benchmarks.stall import measure_stall

TOPICS = ("bots", "backlog", "pace", "answers", "tap", "save", "stall", "memory", "shop", "server")
LARGEST = 10_000_000


@dataclass(frozen=True)
class Step:
    """One measurement."""

    topic: str
    players: int
    measure: Callable[[Report], Coroutine[Any, Any, None]]
    about: str = ""

    @property
    def name(self) -> str:
        """The step as it is shown and kept, the same in every run."""
        return f"{self.topic}{self.about}, {self.players:,} players"


@dataclass(frozen=True)
class Loaded:
    """A load on bots with so many players."""

    load: Load
    players: int
    lighter: Load | None = None
    """What the first version can bear there."""
    beside: bool = False
    """Whether bots on other libraries get it, too."""


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    """Players in the table, for what the plots show."""
    few_sizes: tuple[int, ...]
    """The same for what they do not."""
    repeats: int
    calls: int
    saves: int
    taps: int
    kills: int
    backlog: Load
    pace: tuple[float, int]
    """Seconds for which one player taps, and people who tap at once."""
    loads: tuple[Loaded, ...]
    single: Load
    """One tap each, with an answer of its own."""
    limits: tuple[str, ...]
    """Messages a second that the local Telegram takes of a crowd."""
    shop: tuple[float, int]
    """Seconds of updates and requests, and orders that are stored."""
    durabilities: tuple[str, ...] = ("exact", "interval")

    def steps(self) -> Iterator[Step]:
        """In the order of the table."""
        yield from self._programs()
        for players in self.sizes:
            repeats = 1 if players >= LARGEST else self.repeats
            yield Step("tap", players, partial(measure_data, players=players, calls=self.calls, repeats=self.repeats))
            yield Step("save", players, partial(measure_saving, players=players, saves=self.saves, repeats=repeats))
        for players in self.few_sizes:
            repeats = 1 if players >= LARGEST else self.repeats
            yield Step("stall", players, partial(measure_stall, players=players, repeats=repeats))
            yield Step("memory", players, partial(measure_memory, players=players))
        for players in self.few_sizes:
            measure = partial(measure_server, players=players, calls=self.calls, repeats=self.repeats)
            yield Step("server", players, measure)
            yield Step("server", players, partial(measure_move, players=players), " move")
        polling = partial(measure_polling, load=self.loads[0].load, repeats=self.repeats)
        yield Step("server", self.loads[0].load.people, polling, " polling")
        webhook = partial(measure_webhook, load=self.single, repeats=self.repeats)
        yield Step("server", self.single.people, webhook, " webhook")

    def _programs(self) -> Iterator[Step]:
        for one in self.loads:
            measure = partial(
                measure_load,
                load=one.load,
                players=one.players,
                lighter=one.lighter,
                beside=one.beside,
                repeats=self.repeats,
                durabilities=self.durabilities,
            )
            yield Step("bots", one.players, measure, f" {one.load}")
        for load in (self.loads[0].load, self.single):
            measure = partial(measure_tls, load=load, repeats=self.repeats, durabilities=self.durabilities)
            yield Step("bots", load.people, measure, f" {load} over TLS")
        modes = self.durabilities
        yield Step("backlog", self.backlog.people, partial(measure_backlog, load=self.backlog, durabilities=modes))
        seconds, people = self.pace
        pace = partial(measure_pace, seconds=seconds, people=people, limits=self.limits, durabilities=modes)
        yield Step("pace", people, pace)
        answers = partial(measure_answers, taps=self.taps, kills=self.kills, durabilities=modes)
        yield Step("answers", 1_000, answers)
        seconds, orders = self.shop
        yield Step("shop", orders, partial(measure_shop, seconds=seconds, stored=orders))


FULL = Plan(
    sizes=(1_000, 10_000, 100_000, 1_000_000),
    few_sizes=(1_000, 100_000, 1_000_000),
    repeats=3,
    calls=2_000,
    saves=1_700,
    taps=200,
    kills=3,
    backlog=Load(1_000, 100),
    pace=(60.0, 1_000),
    limits=tuple(LIMITS),
    loads=(
        Loaded(Load(300, 20), 300, beside=True),
        Loaded(Load(3_000, 1), 3_000),
        Loaded(Load(300, 20), 1_000_000, lighter=Load(30, 2)),
    ),
    single=Load(3_000, 1),
    shop=(60.0, 100_000),
)
QUICK = Plan(
    sizes=(500,),
    few_sizes=(500,),
    repeats=1,
    calls=20,
    saves=2,
    taps=3,
    kills=0,
    backlog=Load(5, 10),
    pace=(1.0, 5),
    limits=("30",),
    loads=(Loaded(Load(5, 2), 50),),
    single=Load(5, 1),
    shop=(1.0, 200),
    durabilities=("interval",),
)
