"""What broadcasts are sent with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Bot

from pinstore import Store
from runtime.admin.chat import AdminChat
from runtime.broadcast.broadcasts import Broadcasts
from runtime.outbox.gate import Gate
from runtime.outbox.outbox import Outbox
from runtime.people import People


@dataclass(frozen=True)
class Means:
    """The parts of the bot that a broadcast needs."""

    bot: Bot
    broadcasts: Broadcasts
    outbox: Outbox
    admin: AdminChat
    gate: Gate
    store: Store
    people: People
    on_refused: Callable[[int], Awaitable[None]]
    """Told who has blocked the bot."""
