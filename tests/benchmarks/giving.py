"""An ad's way through a full bazaar: its answers, from the last button to the cards, from the approval to its post."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from emulator.state.media import PICTURE
from tests.benchmarks.roulette import tell
from tests.bots.bazaar.stage import CAR, after, newest_of, pressed, seen, tapped, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from emulator.state.channels import Channel
    from emulator.state.people import Person


async def give(admin: Person, channel: Channel, sellers: Sequence[Person]) -> None:
    """An ad with two photos of each, one after the other, and how long each step took."""
    lines, cards, posts = [], [], []
    for number, seller in enumerate(sellers):
        lines.append(await timed(told(seller, CAR, "🚗")))
        before = newest_of(seller)
        seller.album([PICTURE + bytes([number]), PICTURE + bytes([number, 0])])
        await after(seller, before, "Расмлар: 2")
        await tapped(seller, "✅ Тайёр", "🚗")
        shown = sum(text.startswith("Эълон №") for text in admin.answers)
        started = time.perf_counter()
        seller.tap("✅ Юбориш")
        await seen(admin, "Эълон №", shown + 1)
        cards.append(time.perf_counter() - started)
        posted, started = len(channel.messages), time.perf_counter()
        await pressed(admin, "✅ Чоп этиш")
        await channel.wait(lambda posted=posted: len(channel.messages) > posted, PATIENCE)  # type: ignore[misc]
        posts.append(time.perf_counter() - started)
        await seen(seller, "Эълонингиз каналга чоп этилди")
    steps = {"a line to its card": lines, "✅ Юбориш to cards": cards, "an approval to the post": posts}
    for what, taken in steps.items():
        tell(what, taken, 1e3, "ms")


async def timed(work: Awaitable[object]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    await work
    return time.perf_counter() - started
