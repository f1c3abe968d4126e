"""Downloads parts while those before them are loaded."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress

from pinstore.chat.retry import delay
from pinstore.chat.vault import Vault
from pinstore.copies.document import Part, check_sum
from pinstore.errors import DocumentError

TRIES = 3
"""Downloads of a file before it counts as damaged where it lies."""

AHEAD = 3
"""Parts that are in memory or on their way at once, as they are stored: one is loaded meanwhile."""


async def downloads(vault: Vault, parts: Sequence[Part]) -> AsyncGenerator[tuple[Part, bytes], None]:
    """The parts in this order, each with its content; raises MissingError. To be closed (`contextlib.aclosing`)."""
    waiting = deque(parts)
    under_way: deque[tuple[Part, asyncio.Task[bytes]]] = deque()
    try:
        while waiting or under_way:
            while waiting and len(under_way) < AHEAD:
                part = waiting.popleft()
                under_way.append((part, asyncio.create_task(_download(vault, part))))
            part, task = under_way[0]
            content = await task
            under_way.popleft()
            yield part, content
    finally:
        for _, task in under_way:
            task.cancel()
        await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)


async def _download(vault: Vault, part: Part) -> bytes:
    """Download a part; one that is damaged on the way is downloaded again."""
    for attempt in range(1, TRIES):
        content = await vault.fetch(part.file_id)
        with suppress(DocumentError):
            await asyncio.to_thread(check_sum, content, part.sha256)
            return content
        await asyncio.sleep(delay(attempt, None))
    return await vault.fetch(part.file_id)
