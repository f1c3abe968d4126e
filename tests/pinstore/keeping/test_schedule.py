"""When a save is due, which rows it writes where, and what a failed call waits for: pure functions and their laws."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import GetMe
from hypothesis import given
from hypothesis import strategies as st

from pinstore.chat.retry import LONGEST_PAUSE, delay, patiently, reason
from pinstore.copies.compaction import ALIKE, DOCUMENT_ROWS, WHOLE, plan
from pinstore.copies.document import Part
from pinstore.keeping.schedule import GAP, QUIET, RESPECT, RUSH, Schedule
from runtime.ops.logs import Redaction


def test_nothing_changed_nothing_is_due() -> None:
    """However long ago the last save was."""
    assert Schedule(30, exact=True).due() is None


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        (Schedule(30, exact=False, dirty_since=100, changed_at=110), 130),
        (Schedule(30, exact=True, dirty_since=100, changed_at=100), 100 + QUIET),
        (Schedule(30, exact=True, dirty_since=100, changed_at=129.5), 130),
        (Schedule(30, exact=True, dirty_since=100, changed_at=100, saved_at=99), 99 + GAP),
        (Schedule(0.1, exact=True, dirty_since=100, changed_at=100, saved_at=99), 100.1),
        (Schedule(30, exact=True, dirty_since=100, changed_at=105, saved_at=99, is_full=True), 99 + RUSH),
        (Schedule(30, exact=True, dirty_since=100, changed_at=105, opened_at=100, is_full=True), 100 + RUSH),
        (Schedule(0.1, exact=True, dirty_since=100, changed_at=100, opened_at=100, is_full=True), 100.1),
        (
            Schedule(
                30, exact=True, dirty_since=100, changed_at=105, saved_at=99, refused_at=99 - RESPECT, is_full=True
            ),
            99 + GAP,
        ),
        (Schedule(30, exact=True, dirty_since=100, changed_at=100, not_before=160), 160),
    ],
)
def test_a_save_is_due(schedule: Schedule, due: float) -> None:
    """At the interval; when exact, soon after a burst; in a rush while windows fill; never before a 429 allows."""
    assert schedule.due() == due


def test_a_save_that_failed_stays_urgent() -> None:
    """A window that is nearly full does not wait for the interval, whether taps come meanwhile or not."""
    schedule = Schedule(30, exact=False, saved_at=99)
    assert schedule.change(100, is_full=False)
    assert not schedule.change(101, is_full=False)
    assert schedule.due() == 130
    assert schedule.change(102, is_full=True)
    assert schedule.due() == 99 + RUSH
    schedule.begin(103)
    assert schedule.due() is None
    schedule.repeat()
    assert schedule.due() == 99 + RUSH
    schedule.begin(104)
    schedule.change(105, is_full=False)
    assert schedule.due() == 135


@given(
    st.lists(st.integers(1, 10**6), min_size=1, max_size=60).map(lambda sizes: [DOCUMENT_ROWS + size for size in sizes])
)
def test_parts_stay_few_and_rows_are_seldom_written_again(changes: list[int]) -> None:
    """After any history runs are few for their sizes, the kept ones are the oldest, and little lies over the oldest."""
    parts: list[Part] = []
    for number, changed in enumerate(changes, 2):
        cut = plan(changed, parts)
        assert cut is not None
        kept = list(cut.kept)
        rows = changed + sum(part.rows for part in parts if part not in kept)
        assert cut.since == (kept[-1].run if kept else 0)
        assert kept == parts[: len(kept)]
        parts = [*kept, Part(table="t", file_id="f", message_id=1, rows=rows, bytes=1, sha256="", run=number)]
        oldest, *newer = [part.rows for part in parts]
        assert sum(newer) < WHOLE * oldest
        sizes = Counter(size.bit_length() for size in newer)
        assert all(number < 2 * ALIKE for number in sizes.values())


def test_a_steady_game_writes_a_row_again_about_three_times() -> None:
    """Runs of equal size become one by the eighth; a quarter of the table is enough to write all of it anew."""
    players = 1_000_000
    parts: list[Part] = []
    written = changed = 0
    for number in range(2, 400):
        changed += 1_800
        cut = plan(1_800, parts)
        assert cut is not None
        rows = 1_800 + sum(part.rows for part in parts if part not in cut.kept) if cut.since else players
        written += rows if cut.since else 0
        parts = [*cut.kept, Part(table="t", file_id="f", message_id=1, rows=rows, bytes=1, sha256="", run=number)]
        assert len(parts) <= 3 * ALIKE
    assert written < 4 * changed


def test_a_small_table_has_no_parts() -> None:
    """A person can read all of it in the document."""
    assert plan(DOCUMENT_ROWS, []) is None


@given(attempt=st.integers(1, 10**6))
def test_backoff_grows_to_a_limit(attempt: int) -> None:
    """With jitter, and never without a pause."""
    assert 0.25 <= delay(attempt, None) <= LONGEST_PAUSE
    too_many = TelegramRetryAfter(method=GetMe(), message="Too Many Requests", retry_after=40)
    assert 40.25 <= delay(attempt, too_many) <= 40 + LONGEST_PAUSE


async def test_patience_has_an_end(caplog: pytest.LogCaptureFixture) -> None:
    """The last error is raised after so many attempts; each is told in the same words, which the log leaves out."""
    calls: list[int] = []

    async def time_out() -> None:
        calls.append(1)
        raise TimeoutError

    with pytest.raises(asyncio.TimeoutError):
        await patiently(time_out, 3, what="getMe")
    assert len(calls) == 3
    assert caplog.messages == ["getMe failed and is repeated: TimeoutError"] * 2


def test_a_reason_is_one_line() -> None:
    """Whatever the error says."""
    assert reason(ValueError("first\nsecond")) == "first"
    assert reason(TimeoutError()) == "TimeoutError"


@pytest.mark.parametrize(
    "place",
    [
        "/var/lib/telegram-bot-api/42:TEST/documents/file_1.json",
        r"C:\tba\42~TEST\documents\file_1.json",
        "file:///srv/42%3ATEST/documents/file_1.json",
        "http://127.0.0.1:8081/file/bot42:TEST/documents/file_1.json",
        "http://127.0.0.1:8081/file/bot42:TEST//var/lib/telegram-bot-api/42:TEST/documents/file_1.json",
    ],
)
def test_no_place_of_a_file_tells_the_token(place: str) -> None:
    """Neither an address nor a path, of which a server in local mode makes the token a part."""
    for told in (reason(OSError(2, "No such file", place)), Redaction("42:TEST")(place)):
        assert "TEST" not in told
        assert "file_1.json" in told
