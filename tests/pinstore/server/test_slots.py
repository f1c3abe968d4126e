"""The pace that replicas share: laws of the slots that they lease, by a clock that stands still between two steps."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinstore.server import slots as room
from pinstore.server.slots import MANY, RIDE, TICK, Slots

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinstore.postgres.database import Database

RATE = 1_000
PAUSES = st.sampled_from([0.0, 0.001, 0.01, 0.03, 0.2, 1.0])


@dataclass
class Pace:
    """The row on the server, and the time there and here."""

    now: float = 1_000.0
    due: float = 0.0
    replicas: list[Slots] = field(default_factory=list)

    async def apart(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        """Run it on this row."""
        return await work(self)

    async def row(self, _: str, values: tuple[float]) -> list[float]:
        """Lease so many seconds; when they begin, from now on."""
        begins = max(self.due, self.now)
        self.due = begins + values[0]
        return [begins - self.now]

    def replica(self, rate: float) -> Slots:
        """One more."""
        self.replicas.append(Slots(cast("Database", self), rate))
        return self.replicas[-1]


@pytest.fixture
def pace(monkeypatch: pytest.MonkeyPatch) -> Pace:
    """A row of which nobody has leased anything."""
    made = Pace()
    monkeypatch.setattr(room, "time", SimpleNamespace(monotonic=lambda: made.now))
    return made


async def take(pace: Pace, slots: Slots, number: int) -> list[float]:
    """When so many go out, as they do that ride: those for which there is a slot in time."""
    found = await slots.ready(number, RIDE)
    return [max(slot, pace.now) for slot in slots.use(found)]


STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 120), PAUSES), min_size=1, max_size=60)


@settings(deadline=None)
@given(steps=STEPS, rate=st.sampled_from([1, 2, 30, 100, 300, RATE]))
def test_no_second_has_more(steps: list[tuple[int, int, float]], rate: int) -> None:
    """However many replicas ask for however many: at most so many in any second, those of a tick counted at once."""
    with pytest.MonkeyPatch.context() as patch:
        made = Pace()
        patch.setattr(room, "time", SimpleNamespace(monotonic=lambda: made.now))
        replicas = [made.replica(rate) for _ in range(3)]

        async def go() -> list[float]:
            sent = []
            for which, number, pause in steps:
                sent += await take(made, replicas[which], number)
                made.now += pause
            return sorted(sent)

        sent = asyncio.run(go())
    for place, first in enumerate(sent):
        assert bisect_left(sent, first + 1 - 1e-9) - place <= rate + 1


@pytest.mark.parametrize("rate", [30, MANY / TICK, RATE])
async def test_a_rush_keeps_to_it(pace: Pace, rate: float) -> None:
    """Three replicas whose updates never end send nearly as many as they may, and no more."""
    replicas, sent = [pace.replica(rate) for _ in range(3)], []
    while pace.now < 1_005:
        for slots in replicas:
            sent += await take(pace, slots, 40)
        pace.now += 0.005
    sent.sort()
    most = max(bisect_left(sent, first + 1 - 1e-9) - place for place, first in enumerate(sent))
    assert 0.9 * rate < most <= rate + 1


async def test_a_slot_that_was_left_starves_nobody(pace: Pace) -> None:
    """What one batch has left over is used by the next one, and the rest is leased."""
    slots = pace.replica(RATE)
    assert await slots.ready(20, RIDE) == 20
    slots.use(15)
    pace.now += 0.01
    assert await slots.ready(50, RIDE) == 50


async def test_nobody_hoards(pace: Pace) -> None:
    """A replica has no more slots than it can use soon, so that a 429 that another one meets holds it as well."""
    slots = pace.replica(30)
    found = [await slots.ready(100, RIDE) for _ in range(20)]
    assert max(found) == found[-1] == 5
    assert pace.due - pace.now < RIDE + 0.1


@pytest.mark.parametrize("rate", [MANY / TICK, RATE])
async def test_a_rush_goes_out_together(pace: Pace, rate: float) -> None:
    """Those that wait for their slots go out at few moments, as each wakes a process."""
    slots = pace.replica(rate)
    sent = [moment for _ in range(4) for moment in await take(pace, slots, 30)]
    assert len(set(sent)) <= (max(sent) - min(sent)) / TICK + 2
    assert min(sent.count(moment) for moment in set(sent) - {min(sent), max(sent)}) >= MANY - 1


async def test_who_comes_alone_goes_at_once(pace: Pace) -> None:
    """There is nobody to wait for."""
    assert await take(pace, pace.replica(RATE), 1) == [pace.now]


async def test_a_usual_pace_has_no_ticks(pace: Pace) -> None:
    """At thirty a second each goes out as soon as it may."""
    slots = pace.replica(30)
    sent = await take(pace, slots, 10)
    assert sent == pytest.approx([pace.now + place / 29 for place in range(len(sent))])
