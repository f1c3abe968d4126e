"""Who of those who may have got a message has got it, found with few questions.

Messages are begun in the order of a list, and one only when all but a few of those before it are over. So those that
were begun are the first ones of the list, and only the last few of these can be without theirs.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def arrivals(players: Sequence[T], has_it: Callable[[int], Awaitable[bool]], window: int) -> list[bool]:
    """Tell for each of `players` whether he has got it; `has_it` is asked for places in the list, each once.

    All of `players` can be reached. A message was begun only when all that stand `window` or more places before it
    were over.
    """
    known: dict[int, bool] = {}

    async def ask(place: int) -> bool:
        if place not in known:
            known[place] = await has_it(place)
        return known[place]

    low, high = 0, len(players)
    while low < high:
        middle = (low + high) // 2
        if await ask(middle):
            low = middle + 1
        else:
            high = middle
    # `low` is not over, so all that is begun stands before low + window, and all before low - window is over.
    first, last = max(0, low - window), min(len(players), low + window)
    near = [await ask(place) for place in range(first, last)]
    return [True] * first + near + [False] * (len(players) - last)
