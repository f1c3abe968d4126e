"""The post: a courier for each webhook that is set, as long as the server runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from emulator.http.courier import Courier
from emulator.state.world import nobody

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from emulator.http.calling import Calling
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.telegram import Telegram


class Post:
    """Couriers of all bots, none unless `local_webhooks` is on."""

    def __init__(self, telegram: Telegram, calling: Calling) -> None:
        self._telegram = telegram
        self._calling = calling
        self._couriers: dict[Bot, Courier] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def open(self) -> None:
        """Deliver what is there, and from now on what comes."""
        self._telegram.deliver = self.deliver
        for token in self._telegram.bots:
            self.deliver(token)

    def deliver(self, token: str) -> None:
        """An update has come for this bot, or another webhook was set, or it was deleted."""
        bot = self._telegram.bots[token]
        courier = self._couriers.get(bot)
        if courier is not None and courier.generation != bot.webhook.generation:
            self._end(self._couriers.pop(bot))
            courier = None
        if courier is None and bot.webhook.hook is not None and bot.webhook.ip and self._telegram.local_webhooks:
            courier = self._couriers[bot] = Courier(bot, self._carry_out)
        if courier is not None:
            courier.wake()

    async def close(self) -> None:
        """Deliver no more. The webhooks stay set, as they do when the server is started again."""
        self._telegram.deliver = nobody
        for task in self._tasks:
            task.cancel()
        while self._couriers:
            self._end(self._couriers.popitem()[1])
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _carry_out(self, bot: Bot, parameters: Parameters) -> None:
        self._begin(self._calling.carry_out(bot, parameters))

    def _end(self, courier: Courier) -> None:
        courier.stop()
        self._begin(courier.close())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
