"""Who has got his copy from a process that has crashed."""

import logging
from collections.abc import Awaitable, Callable

from runtime.broadcast.arrivals import arrivals
from runtime.broadcast.copying import refused
from runtime.broadcast.courier import WINDOW
from runtime.broadcast.mailing import Broadcast, Outcome
from runtime.broadcast.readback import Content, Readback, UnreadableError

log = logging.getLogger(__name__)

Count = Callable[[int, Outcome], Awaitable[None]]
"""What becomes of a player is told there."""


async def recover(
    readback: Readback,
    row: Broadcast,
    content: Content,
    others: set[int],
    count: Count,
) -> None:
    """Count those of the list who have got their copies or cannot get them; the others still wait afterwards.

    Copies hold `content`; ids of `others` are known to be something else.
    """
    for player in list(row.waiting):
        try:
            if refusal := await readback.refusal(player):
                await count(player, refused(player, refusal))
        except UnreadableError:
            await _give_up(player, count)
    while (arrived := await _arrived(readback, row, content, others, count)) is None:
        pass
    for player in arrived:
        await count(player, Outcome.SENT)


async def _give_up(player: int, count: Count) -> None:
    """Whether he has got it cannot be found out, and he is not to get it twice."""
    log.warning("Chat %s cannot be looked at: it is not known whether a broadcast has arrived there", player)
    await count(player, Outcome.FAILED)


async def _arrived(
    readback: Readback, row: Broadcast, content: Content, others: set[int], count: Count
) -> list[int] | None:
    """Those of the list who have got their copies; None if it has become another list, as somebody is given up."""
    players = list(row.waiting)
    found: dict[int, int] = {}

    async def has_it(place: int) -> bool:
        # Ids grow with places, but for those that were under way at the same time.
        before, low = max((one for one in found.items() if one[0] <= place - WINDOW), default=(-1, row.mark))
        high = min((number for other, number in found.items() if other >= place + WINDOW), default=row.until)
        likely = low + place - before  # if nothing else was sent
        ids = sorted(set(range(low + 1, high)) - others, key=lambda number: abs(number - likely))
        number = await readback.find(players[place], content, ids)
        if number is not None:
            found[place] = number
        return number is not None

    try:
        arrived = await arrivals(players, has_it, WINDOW)
    except UnreadableError as error:
        await _give_up(error.chat_id, count)
        return None
    log.info("The broadcast goes on: of %s in doubt %s had got it", len(players), sum(arrived))
    return [player for player, has in zip(players, arrived, strict=True) if has]
