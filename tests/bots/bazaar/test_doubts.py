"""Posts of which nobody knows whether they are there: from where on they are looked for, and when anew."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bots.bazaar import counters, posts, reached
from bots.bazaar.ads import Ad
from bots.bazaar.gate import Gate
from bots.bazaar.sightings import Sightings
from bots.bazaar.tables import TOP
from runtime.errands import adopt
from tests.bots.bazaar.room import NOW, Room, approved

if TYPE_CHECKING:
    from collections.abc import Callable

    from bots.bazaar.channel import Channel
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

    async def read(work: Callable[[Tables], Any]) -> Any:
        return room.act(9, lambda visit: work(visit.tables))

    looks: list[int] = []

    async def look(_: Sightings, top: int) -> dict[int, list[int]]:
        looks.append(top)
        return {ad: [10 * len(looks) + ad] for ad in (1, 2, 3)}

    monkeypatch.setattr(Sightings, "_look", look)
    desk = SimpleNamespace(store=SimpleNamespace(read=read))
    sightings = Sightings(cast("Channel", SimpleNamespace(desk=desk, gate=Gate())))
    await sightings.begin()

    async def found(*places: int) -> list[list[int]]:
        ads = [Ad("sell", "phones", number=number) for number in places]  # the places are those of their approvals
        return list(await asyncio.gather(*(sightings.inherited(ad.number, ad) for ad in ads)))

    assert await found(first, second) == [[11], [12]]
    assert await found(approved(room, 3), first) == [[23], [21]]
    assert len(looks) == 2
