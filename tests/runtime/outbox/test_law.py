"""The law of the pace, against Telegrams of several kinds: what it costs to learn the limit, and what is got for it."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.state.limits import Limits
from emulator.state.limits import Pace as Flood
from runtime.outbox.gate import AT_ONCE, SHORTEST, TICK, UNDER_WAY
from runtime.outbox.pace import CHANCES, MINUTE, REST, SECOND, Pace

USUAL = 30.0
SAVES = 0.5
"""Saves a second, which ask nobody."""


class Window:
    """Telegram with a limit of another shape than the local one's: so many in whatever second."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._sent = deque[float]()

    def takes(self, now: float) -> bool:
        """Whether one more message is taken."""
        while self._sent and self._sent[0] <= now - 1:
            self._sent.popleft()
        if len(self._sent) >= self._limit:
            return False
        self._sent.append(now)
        return True


class Bucket:
    """The local Telegram's."""

    def __init__(self, limit: float | None) -> None:
        self._limits = Limits(overall=limit)
        self._flood = Flood()
        self._chats = count(1)

    def takes(self, now: float) -> bool:
        """Whether one more message is taken."""
        return self._flood.take(self._limits, next(self._chats), now) == 0


@dataclass
class Played:
    """What has happened: when messages were refused and when they got through, by chat."""

    refused: list[float] = field(default_factory=list)
    taken: dict[int, float] = field(default_factory=dict)

    @property
    def worst(self) -> int:
        """The most refusals in a minute."""
        return max((sum(at <= later < at + MINUTE for later in self.refused) for at in self.refused), default=0)


class Play:
    """Chats of which each asks once, and a bot that answers them as the outbox does: by a pace, and obeying a 429."""

    def __init__(self, telegram: Window | Bucket, pace: Pace, latency: float, seed: int = 1) -> None:
        self._telegram = telegram
        self._pace = pace
        self._latency = latency
        self._chance = random.Random(seed)
        self._events: list[tuple[float, int, str, tuple[float, ...]]] = []
        self._numbers = count()
        self._waiting = deque[int]()
        self._under_way = 0
        self._halted_until = 0.0
        self._looks_at = 0.0
        self._played = Played()

    def run(self, asked: list[float]) -> Played:
        """Chats ask at these times."""
        for chat, at in enumerate(sorted(asked)):
            self._at(at, "ask", chat)
        for number in range(int((max(asked) + len(asked) / USUAL) * SAVES)):
            self._at(number / SAVES, "save")
        while self._events:
            now, _, kind, given = heappop(self._events)
            getattr(self, kind)(now, *given)
            self._go_on(now)
        return self._played

    def _at(self, at: float, kind: str, *given: float) -> None:
        heappush(self._events, (at, next(self._numbers), kind, given))

    def ask(self, _: float, chat: int) -> None:
        """A chat waits."""
        self._waiting.append(chat)

    def save(self, now: float) -> None:
        """Something goes out beside."""
        self._telegram.takes(now)

    def look(self, now: float) -> None:
        """Time has passed."""

    def arrive(self, now: float, chat: int, begun: float, answered: float) -> None:
        """A message is at Telegram."""
        self._at(answered, "answered", chat, begun, self._telegram.takes(now))

    def answered(self, now: float, chat: int, begun: float, is_taken: bool) -> None:
        """The bot knows what has become of it."""
        self._under_way -= 1
        if is_taken:
            self._pace.got_through(begun)
            self._played.taken[chat] = now
            return
        self._played.refused.append(now)
        if self._pace.refused(chat, begun, now):
            self._halted_until = now + SECOND
        self._at(now + SECOND + self._chance.uniform(0.25, 0.5), "ask", chat)

    def _go_on(self, now: float) -> None:
        room = min(UNDER_WAY, int(AT_ONCE * self._pace.per_second))
        while self._waiting and self._under_way < room:
            if wait := max(self._halted_until - now, 0) or self._pace.wait(now, self._under_way):
                if self._looks_at <= now:
                    self._looks_at = now + max(wait + TICK, SHORTEST)
                    self._at(self._looks_at, "look")
                return
            self._pace.begin(now)
            self._under_way += 1
            takes = self._latency * self._chance.uniform(0.5, 1.5)
            there = now + takes * self._chance.uniform(0.3, 0.7)
            self._at(there, "arrive", self._waiting.popleft(), now, now + takes)


WAYS = {
    "a crowd": ([0.0] * 600, 20),
    "a crowd later": ([second / 20 for second in range(400)] + [20.0] * 300, 30),
    "a few more than can be answered": ([second / 31 for second in range(31 * 50)], 52),
    "half as many more": ([second / 45 for second in range(45 * 20)], 30),
}
"""When people ask, and the second in which the last one would be answered if none were refused."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("latency", [0.001, 0.02, 0.05])
@pytest.mark.parametrize("telegram", [Bucket, Window])
def test_two_messages_are_refused_where_thirty_a_second_are_the_limit(
    telegram: type[Bucket | Window], latency: float, way: str
) -> None:
    """Whatever shape the limit has, and however people come; and hardly more time passes than the limit asks for."""
    asked, due = WAYS[way]
    played = Play(telegram(USUAL), Pace(USUAL, may_grow=True), latency).run(asked)
    assert len(played.refused) <= CHANCES + (telegram is Window and latency > 0.03)
    assert len(played.taken) == len(asked)
    assert max(played.taken.values()) < due * 1.1 + 3 * SECOND


@settings(max_examples=25, deadline=None)
@given(
    latency=st.floats(0.001, 0.05),
    groups=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 150)), min_size=1, max_size=5),
    seed=st.integers(0, 99),
)
def test_no_way_to_come_costs_more(latency: float, groups: list[tuple[float, int]], seed: int) -> None:
    """People come in groups, whenever they like."""
    asked = [at for at, number in groups for _ in range(number)]
    played = Play(Bucket(USUAL), Pace(USUAL, may_grow=True), latency, seed).run(asked)
    assert played.worst <= CHANCES
    assert len(played.taken) == len(asked)


@pytest.mark.parametrize(("latency", "limit", "seconds"), [(0.002, None, 1), (0.01, None, 3), (0.002, 300, 4.5)])
def test_a_thousand_are_answered_as_fast_as_telegram_takes_it(
    latency: float, limit: float | None, seconds: float
) -> None:
    """Where thirty a second would take half a minute."""
    played = Play(Bucket(limit), Pace(USUAL, may_grow=True), latency).run([0.0] * 1_000)
    assert max(played.taken.values()) < seconds
    assert len(played.refused) <= CHANCES * (limit or 0) / USUAL


def test_on_a_slow_way_it_grows_by_a_tenth_a_second() -> None:
    """Where few are on their way at a time, as an answer takes long."""
    played = Play(Bucket(None), Pace(USUAL, may_grow=True), 0.15).run([0.0] * 1_000)
    assert max(played.taken.values()) < 20


def test_the_ceiling_is_tried_again_rarely_and_costs_one_refusal() -> None:
    """A few more come than can be answered, time and again."""
    asked = [begin + second / 31 for begin in range(0, int(2.5 * REST), 150) for second in range(31 * 40)]
    played = Play(Bucket(USUAL), Pace(USUAL, may_grow=True), 0.005).run(asked)
    assert 2 <= len(played.refused) <= CHANCES + 2
    assert played.worst <= CHANCES


def test_what_is_set_is_never_exceeded() -> None:
    """However long others wait, and although nobody is refused."""
    played = Play(Bucket(None), Pace(10), 0.005).run([0.0] * 100)
    assert max(played.taken.values()) > 99 / 9 - 0.1


def test_two_chats_within_a_second_halve_what_was_good() -> None:
    """It grows again by a tenth a second, to what was refused; what was begun before says nothing about it."""
    pace = Pace(100)
    for number in range(1_000):
        pace.got_through(number / 100)
    assert not pace.refused(1, 9.9, 10.0)
    assert pace.refused(2, 9.9, 10.5)
    assert pace.rate == 50
    assert not pace.refused(3, 10.4, 10.6)
    assert not pace.refused(4, 10.4, 10.7)
    now, rates = 11.0, [pace.rate]
    while now < 20:
        if pace.wait(now, 0):
            now += 0.005
        else:
            pace.begin(now)
        if pace.rate != rates[-1]:
            rates.append(pace.rate)
    assert rates[:4] == pytest.approx([50, 55, 60.5, 66.55])
    assert rates[-1] == pytest.approx(90, rel=0.05)


def test_a_chat_that_is_refused_for_its_own_sake_changes_nothing() -> None:
    """While little goes out, one refusal after the other says nothing about the pace."""
    pace = Pace(USUAL, may_grow=True)
    for second in range(0, 300, 3):
        pace.begin(second)
        pace.got_through(second)
        assert not pace.refused(second % 2, second, second + 0.1)
    assert (pace.rate, pace.ceiling) == (USUAL, None)
