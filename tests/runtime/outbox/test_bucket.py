"""A chat's bucket: it lets through what a bucket does that is looked at drop by drop, and says when there is room."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from runtime.outbox.bucket import Bucket
from runtime.outbox.gate import Gate
from runtime.outbox.line import BURST, BURST_PERIOD, Line, Lines, new_line
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.session import Session, new_bot
from runtime.settings import Settings
from tests.runtime.test_session import Said
from tests.stories.launcher import TOKEN

CLOSE = 1e-6
"""Seconds by which sums of times may differ."""


class Drops:
    """The same bucket by its level, as Telegram may look at it."""

    def __init__(self, size: int, period: float) -> None:
        self._size = size
        self._per_second = size / period
        self._level, self._at = 0.0, 0.0

    def look(self, now: float) -> float:
        """Messages in it."""
        self._level, self._at = max(0.0, self._level - (now - self._at) * self._per_second), now
        return self._level

    def has_room(self, now: float) -> bool:
        """For one more."""
        return self.look(now) + 1 <= self._size + CLOSE

    def add(self, count: int, now: float) -> None:
        """So many go in."""
        self._level = self.look(now) + count


SIZES = st.tuples(st.integers(1, 20), st.floats(0.1, 100))
STEPS = st.lists(st.tuples(st.floats(0, 30), st.integers(1, 10)), max_size=50)
"""Seconds after the one before, and messages: one, or an album."""


@given(SIZES, STEPS)
def test_it_is_a_leaky_bucket(size: tuple[int, float], steps: list[tuple[float, int]]) -> None:
    """Whenever it is asked, and however much has gone in meanwhile."""
    bucket, drops, now = Bucket(*size), Drops(*size), 0.0
    for gap, count in steps:
        now += gap
        assert (bucket.room_at() <= now + CLOSE) == drops.has_room(now) or abs(bucket.room_at() - now) < 1e-3
        assert (bucket.empty_at <= now + CLOSE) == (drops.look(now) <= CLOSE) or abs(bucket.empty_at - now) < 1e-3
        bucket.add(count, now)
        drops.add(count, now)


@given(SIZES, STEPS)
def test_who_waits_for_room_finds_it_then(size: tuple[int, float], steps: list[tuple[float, int]]) -> None:
    """And not before, so nobody has to look again and again."""
    bucket, drops, now = Bucket(*size), Drops(*size), 0.0
    for gap, count in steps:
        asked = now + gap
        now = max(asked, bucket.room_at())
        before = now - 0.01 * size[1] / size[0]
        assert before <= asked or not drops.has_room(before)
        assert drops.has_room(now)
        bucket.add(count, now)
        drops.add(count, now)


def _times(line: Line, count: int) -> list[float]:
    """When so many messages of a chat go out that all wait."""
    now, times = 0.0, []
    for _ in range(count):
        now = max(now, *[pace.room_at() for pace in line.paces])
        line.charge(1, now)
        times.append(now)
    return times


def test_a_person_gets_three_at_once_and_then_one_a_second() -> None:
    """And a little less; in the admin's chat a third is left to saves."""
    times = _times(new_line(5, is_shared=False), 60)
    assert times[:3] == pytest.approx([0, 0, 0])
    assert all(1 <= later - earlier <= 1.06 for earlier, later in pairwise(times[2:]))
    assert _times(new_line(5, is_shared=True), 4)[3] == pytest.approx(1.5)


def test_a_group_gets_twenty_in_whatever_minute() -> None:
    """Of those at most as many at once as a person."""
    times = _times(new_line(-5, is_shared=False), 100)
    assert times[:3] == pytest.approx([0, 0, 0])
    assert times[3] > 1
    assert max(sum(start <= at <= start + 60 + CLOSE for at in times) for start in times) == 20


def test_what_is_remembered_of_a_chat() -> None:
    """As long as a new line would be another one: until nothing is left in its buckets, and while it moves."""
    lines = Lines(lambda _: False)
    for chat_id in (1, 2, 3):
        lines.of(chat_id, 0).charge(chat_id, 0)
        lines.rest(chat_id)
    lines[1].is_moving = True
    assert set(lines) == {1, 2, 3}
    lines.of(4, 2.2)  # what two leave takes 2.1 s
    assert set(lines) == {1, 3, 4}
    lines[3].charge(1, 3)
    lines.rest(3)
    lines.of(4, 4)
    assert set(lines) == {1, 3, 4}
    lines.of(4, 4.3)
    assert set(lines) == {1, 4}


async def test_who_has_been_answered_is_forgotten() -> None:
    """What is remembered of a chat is needed for seconds; a million who have tapped once leave nothing behind."""

    async def refused(_: int) -> None:
        raise AssertionError("nobody has blocked the bot")

    bot = new_bot(Settings(bot_token=SecretStr(TOKEN)))
    assert isinstance(bot.session, Session)
    bot.session.client = Said(200, '{"ok":true,"result":true}')
    outbox = Outbox(bot, Gate(Pace(1000), 30), is_shared=lambda _: False, on_refused=refused)
    for chat_id in range(1, 6):
        outbox.send(chat_id, "x")
        await outbox.told(chat_id, 10)
    await asyncio.sleep(2 * BURST_PERIOD / BURST)
    outbox.send(7, "x")
    assert set(outbox._lines) == {7}  # noqa: SLF001 - nobody else sees it
    await outbox.drain(5)
