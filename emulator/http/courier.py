"""The courier of one webhook: takes updates there as the connections allow, and brings back what it is answered.

Source: tdlib/telegram-bot-api, WebhookActor.cpp, loop, handle.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from emulator.http.posting import Posting
from emulator.state.backlog import Backlog
from emulator.state.connections import Connections
from emulator.state.hook import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.http.posting import Answer
    from emulator.methods.parameters import Parameters
    from emulator.state.backlog import Loaded
    from emulator.state.bots import Bot
    from emulator.state.clock import Timer

GONE_FOR = 23 * 3600.0  # WebhookActor.h, WEBHOOK_DROP_TIMEOUT
SOON = 0.001
NOT_IN_ANSWERS = frozenset({"setwebhook", "deletewebhook", "close", "logout"})


class Courier:
    """Delivers a bot's updates to the webhook that is set now. ValueError if none is."""

    def __init__(self, bot: Bot, carry_out: Callable[[Bot, Parameters], None]) -> None:
        webhook = bot.webhook
        if webhook.hook is None or webhook.address is None:
            raise ValueError("the bot has no webhook")
        self.generation = webhook.generation
        self._bot = bot
        self._carry_out = carry_out
        self._clock = bot.world.clock
        self._backlog = Backlog(bot.queue, self._clock, webhook.hook.max_connections)
        self._connections = Connections(self._clock, webhook.hook.max_connections)
        self._posting = Posting(bot.world, webhook.hook, webhook.address, webhook.ip)
        self._sending: set[asyncio.Task[None]] = set()
        self._timer: Timer | None = None
        self._turn: asyncio.Handle | None = None
        self._gone_since: float | None = None
        self._stopped = False

    def wake(self) -> None:
        """Look again in the next round of the event loop."""
        if self._turn is None and not self._stopped:
            self._turn = asyncio.get_running_loop().call_soon(self._look)

    def stop(self) -> None:
        """Send nothing more, and give up what is under way: it goes out again under the next webhook."""
        self._stopped = True
        for handle in (self._turn, self._timer):
            if handle is not None:
                handle.cancel()
        for task in self._sending:
            task.cancel()

    async def close(self) -> None:
        """Close the connections of a courier that was stopped."""
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._posting.close()

    def _look(self) -> None:
        """Send what can be sent, and set the alarm for what can't yet."""
        self._turn = None
        self._backlog.load()
        wait = self._connections.grow(self._backlog.lanes)
        while (due := self._backlog.due) is not None and due <= self._clock.now() and self._connections.take():
            update = self._backlog.take()
            if update is not None:
                self._send(update)
        self._set_alarm(wait)

    def _set_alarm(self, wait: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._clock.now()
        waits = [max(wait, SOON)] if wait > 0 else []
        if (due := self._backlog.due) is not None and due > now:
            waits.append(due - now)
        if waits:
            self._timer = self._clock.call_later(min(waits), self.wake)

    def _send(self, update: Loaded) -> None:
        stored = update.stored
        delivery = Delivery(stored.id, stored.chat, update.fails + 1, self._clock.now())
        self._bot.webhook.deliveries.append(delivery)
        self._bot.world.changed.touch()
        task = asyncio.create_task(self._deliver(update, delivery))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, update: Loaded, delivery: Delivery) -> None:
        answer = await self._posting.post(update.stored.data, update.stored.chat)
        delivery.status, delivery.error, delivery.done = answer.status, answer.error, True
        if answer.error:
            self._bot.webhook.failed(answer.error)
        self._connections.release(keep=answer.keep, succeeded=answer.is_good)
        if answer.is_good:
            self._obey(answer)
            self._backlog.delivered(update)
        else:
            self._backlog.failed(update, answer.retry_after)
        self._judge(answer)
        self._bot.world.changed.touch()
        self.wake()

    def _obey(self, answer: Answer) -> None:
        """A method in the answer is carried out, its result lost; but not these, nor any that only asks."""
        if answer.call is None:
            return
        name = answer.call.text("method").lower()
        if name and name not in NOT_IN_ANSWERS and not name.startswith("get"):
            self._carry_out(self._bot, answer.call)

    def _judge(self, answer: Answer) -> None:
        """A webhook that has answered 410 and nothing else for 23 hours is deleted."""
        if answer.status == 410:
            now = self._clock.now()
            if self._gone_since is None:
                self._gone_since = now
            elif now > self._gone_since + GONE_FOR:
                self._bot.webhook.close()
                self._bot.world.deliver(self._bot.token)
        elif answer.status:
            self._gone_since = None
