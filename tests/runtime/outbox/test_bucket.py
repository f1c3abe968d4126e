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
from runtime.outbox.line import BURST, BURST_PERIOD, GROUP_BURST, GROUP_PERIOD, new_line
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
        assert drops.has_room(now)
        assert now == asked or not drops.has_room(max(asked, now - 0.01 * size[1] / size[0]))
        bucket.add(count, now)
        drops.add(count, now)


def _times(bucket: Bucket, count: int) -> list[float]:
    """When so many messages go out that all wait."""
    now, times = 0.0, []
    for _ in range(count):
        now = max(now, bucket.room_at())
        bucket.add(1, now)
        times.append(now)
    return times


def test_a_person_gets_three_at_once_and_then_one_a_second() -> None:
    """And a little less."""
    times = _times(Bucket(BURST, BURST_PERIOD), 60)
    assert times[:3] == pytest.approx([0, 0, 0])
    assert all(1 <= later - earlier <= 1.06 for earlier, later in pairwise(times[2:]))


def test_a_group_gets_twenty_in_whatever_minute() -> None:
    """Five at once; and what a person may have at most."""
    times = _times(Bucket(GROUP_BURST, GROUP_PERIOD), 100)
    assert times[:5] == pytest.approx([0] * 5)
    assert max(sum(start <= at <= start + 60 + CLOSE for at in times) for start in times) == 20
    assert len(new_line(-5, is_shared=False).paces) == 2
    assert len(new_line(5, is_shared=False).paces) == 1


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
    await outbox.told(5, 10)
    assert set(outbox._lines) == {1, 2, 3, 4, 5}  # noqa: SLF001 - nobody else sees it
    await asyncio.sleep(BURST_PERIOD / BURST / 2)
    outbox.send(1, "y")
    await asyncio.sleep(BURST_PERIOD / BURST)
    outbox.send(7, "x")
    assert set(outbox._lines) == {1, 7}  # noqa: SLF001 - the first has had two
    await outbox.drain(5)
