"""Posts of which nobody knows whether they are there: from where on they are looked for, and when anew."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import AsyncMock

import pytest
from aiogram.exceptions import TelegramNetworkError

from bots.bazaar import counters, posts, reached
from bots.bazaar.ads import Ad
from bots.bazaar.gate import ANEW, Gate
from bots.bazaar.printing import Print
from bots.bazaar.sightings import Sightings
from bots.bazaar.tables import DRAWN, TOP
from runtime.errands import LaterError, adopt, intend
from tests.bots.bazaar.room import NOW, Room, approved
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinstore import Tables


@pytest.mark.parametrize("end", ["adopted", "struck off"])
def test_the_mark_stays_below_what_another_process_may_have_posted(end: str) -> None:
    """Until it is known what has become of that, whatever else is posted, here or by others."""
    room = Room()
    left, place = approved(room, 1), approved(room, 2)
    room.act(9, lambda visit: visit.tables.execute("UPDATE errands SET process = 1 WHERE subject = ?", (left,)))
    room.act(9, lambda visit: posts.printed(visit.tables, place, [8], NOW * 1000, "link"))
    room.act(9, lambda visit: reached.seen(visit.tables, 9))
    assert room.act(9, lambda visit: counters.value(visit.tables, TOP)) == 0
    assert room.act(9, lambda visit: reached.highest(visit.tables)) == 8
    if end == "adopted":
        room.act(9, lambda visit: adopt(visit.tables, posts.POST, left))
    else:
        room.act(9, lambda visit: visit.tables.execute("DELETE FROM errands WHERE subject = ?", (left,)))
    last = approved(room, 3)
    room.act(9, lambda visit: posts.printed(visit.tables, last, [10], NOW * 1000, "link"))
    assert room.act(9, lambda visit: counters.value(visit.tables, TOP)) == 10


async def test_what_was_intended_after_a_look_is_looked_for_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look is for all that was intended before it, once; tables may come later that intend more."""
    room = Room()
    first, second = approved(room, 1), approved(room, 2)

    looks: list[int] = []

    async def look(_: Sightings, top: int) -> dict[int, list[int]]:
        looks.append(top)
        return {ad: [10 * len(looks) + ad] for ad in (1, 2, 3)}

    monkeypatch.setattr(Sightings, "_look", look)
    sightings = Sightings(channel_of(room))
    await sightings.begin()

    async def found(*places: int) -> list[list[int]]:
        ads = [Ad("sell", "phones", number=number) for number in places]  # the places are those of their approvals
        return list(await asyncio.gather(*(sightings.inherited(ad.number, ad) for ad in ads)))

    assert await found(first, second) == [[11], [12]]
    assert await found(approved(room, 3), first) == [[23], [21]]
    assert len(looks) == 2


async def test_a_repost_that_waits_behind_a_doubt_does_not_hold_it_up() -> None:
    """Whoever has posted himself knows from where on to look; what another process has left is told apart first."""
    room, parked = Room(), list[int]()
    place = approved(room, 1)
    room.act(9, lambda visit: counters.turn(visit.tables, DRAWN, 1))
    room.act(9, lambda visit: intend(visit.tables, posts.REPOST, place + 1, 0))
    gate, channel = Gate(), channel_of(room)
    channel.gate, channel.park = gate, lambda lane, _: parked.append(lane)
    channel.post = AsyncMock(side_effect=TelegramNetworkError(cast("Any", None), "the answer is lost"))
    sightings = SimpleNamespace(top=AsyncMock(return_value=5), after=AsyncMock(return_value=[6]))
    ours, another = (Print(channel, cast("Any", sightings), print, posts.POST) for _ in range(2))
    with pytest.raises(TelegramNetworkError):
        await ours.act(place)
    waiting = asyncio.create_task(gate.turn((ANEW, place + 1), 1).__aenter__())
    with pytest.raises(LaterError):
        await another.seek(place)
    assert parked == [posts.lane_of(posts.POST, place)]
    assert not waiting.done()
    finish = await ours.seek(place)
    assert finish
    await asyncio.wait_for(waiting, PATIENCE)
    room.act(9, lambda visit: finish(visit.tables))
    assert room.rows("SELECT state, message FROM ads") == [("published", 6)]


def channel_of(room: Room) -> Any:
    """A channel without Telegram, on the tables of the room."""

    async def read(work: Callable[[Tables], Any]) -> Any:
        return room.act(9, lambda visit: work(visit.tables))

    desk = SimpleNamespace(store=SimpleNamespace(read=read, assure=AsyncMock()), wake=None)
    return SimpleNamespace(desk=desk, gate=Gate(), meet=AsyncMock(), link=str)
