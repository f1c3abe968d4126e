"""The timer tells of saves that are late, whether they fail or only hang."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

import pytest

from pinstore import Listener
from pinstore.keeping import trouble
from pinstore.keeping.saver import Saver
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.timer import Timer

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

PATIENCE = 10.0


class Slow:
    """A keeper whose saves end when somebody lets them."""

    owns = True
    sent = 0
    drilled_at: datetime | None = None

    def __init__(self) -> None:
        self.begun, self.free = threading.Event(), threading.Event()

    def save(self, *, last: bool = False) -> None:
        """Hang; the last one gives the ownership up."""
        self.begun.set()
        self.owns = not last
        assert last or self.free.wait(PATIENCE), "nobody has let the save go on"

    def drill(self) -> int:
        """Not in a test as short as these."""
        return 0


class Heard(Listener):
    """What a timer tells."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[str | None] = asyncio.Queue()

    def trouble(self, why: str | None) -> None:
        """Saves fail, or work again."""
        self.told.put_nowait(why)

    def end(self, why: Exception) -> None:
        """It is over."""
        raise AssertionError(why)


async def test_a_save_that_hangs_is_told_and_so_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No call has failed, and nothing is stored all the same."""
    heard, schedule = Heard(), Schedule(0, exact=True)
    told, keeper = heard.told, Slow()
    timer = Timer(keeper, schedule, heard, heard)
    timer.start()
    schedule.touch(is_full=False)
    assert await asyncio.to_thread(keeper.begun.wait, PATIENCE), "the save has never begun"
    timer.look()
    assert told.empty()
    monkeypatch.setattr(trouble, "LATE", 0.0)
    timer.look()
    timer.look()
    why = await asyncio.wait_for(told.get(), PATIENCE)
    assert why
    assert why.startswith("nothing could be stored for ")
    assert told.empty()
    keeper.free.set()
    assert await asyncio.wait_for(told.get(), PATIENCE) is None
    assert timer.trouble is None
    timer.look()
    assert told.empty()
    await timer.stop(PATIENCE)
    assert timer.failed is None


async def test_a_save_that_is_due_and_does_not_begin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has other things to do: a drill, for instance."""
    heard, schedule = Heard(), Schedule(0, exact=True)
    timer = Timer(Slow(), schedule, heard, heard)
    monkeypatch.setattr(trouble, "LATE", 0.0)
    timer.look()
    assert heard.told.empty()
    schedule.touch(is_full=False)
    timer.look()
    assert heard.told.qsize() == 1


async def test_a_save_that_sends_one_part_after_the_other_is_not_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large table takes its time; only when nothing has gone out for long somebody has to know."""
    heard, schedule, keeper = Heard(), Schedule(0, exact=True), Slow()
    timer = Timer(keeper, schedule, heard, heard)
    schedule.touch(is_full=False)
    monkeypatch.setattr(trouble, "LATE", 1e-9)
    keeper.sent = 1
    timer.look()
    assert heard.told.empty()
    timer.look()
    assert heard.told.qsize() == 1


class CutOff(Slow):
    """A keeper whose save is under way when the event loop ends."""

    def save(self, *, last: bool = False) -> None:
        """Be cancelled, as whatever the loop still has to do."""
        super().save(last=last)
        raise CancelledError


async def test_a_save_that_the_end_of_the_loop_cuts_off_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    """The stop has already said that it took too long."""
    heard, schedule, keeper = Heard(), Schedule(0, exact=True), CutOff()
    timer = Timer(keeper, schedule, heard, heard)
    timer.start()
    schedule.touch(is_full=False)
    assert await asyncio.to_thread(keeper.begun.wait, PATIENCE), "the save has never begun"
    await timer.stop(0)
    keeper.free.set()
    await asyncio.to_thread(timer.join, PATIENCE)
    assert not timer.is_alive()
    assert isinstance(timer.failed, TimeoutError)
    assert not caplog.records


def test_a_step_after_the_end_of_the_loop_is_cut_off_as_well(recwarn: pytest.WarningsRecorder) -> None:
    """The save hung for so long that the loop is closed by then."""
    loop, saver = asyncio.new_event_loop(), Saver.__new__(Saver)
    loop.close()
    vars(saver)["_loop"] = loop
    with pytest.raises(CancelledError):
        saver.on_loop(asyncio.sleep(0))
    assert not recwarn.list
