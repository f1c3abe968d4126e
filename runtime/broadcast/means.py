"""What broadcasts are sent with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Bot

from pinstore.keeping.keeper import Keeper
from runtime.broadcast.broadcasts import Broadcasts
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace


@dataclass(frozen=True)
class Means:
    """The parts of the bot that a broadcast needs."""

    bot: Bot
    broadcasts: Broadcasts
    outbox: Outbox
    pace: Pace
    keeper: Keeper
    on_refused: Callable[[int], Awaitable[None]]
    """Told which player has blocked the bot."""
    on_change: Callable[[bool], None]
    """Told that data changed; True if that has to be stored soon."""
