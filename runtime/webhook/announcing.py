"""The address made known to Telegram: every replica sets the same one, whoever was first."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiogram import Bot
from aiogram.types import WebhookInfo

from pinstore import retry

log = logging.getLogger(__name__)

LOOK = 20.0
"""Seconds between two looks."""

NOTE = "webhook"
"""What is kept of the address that was set."""


class Notes(Protocol):
    """Small lines of numbers that all replicas know."""

    def noted(self, name: str) -> list[int]:
        """One of them, [] if there is none."""

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change it."""


@dataclass(frozen=True)
class Address:
    """What setWebhook is told."""

    url: str
    secret: str
    connections: int
    allowed: Sequence[str]

    @property
    def print(self) -> list[int]:
        """Numbers that are others if anything of it is; getWebhookInfo does not tell the secret."""
        told = "\n".join((self.url, self.secret, str(self.connections), *sorted(self.allowed)))
        return list(hashlib.sha256(told.encode()).digest())

    def is_set(self, info: WebhookInfo) -> bool:
        """Whether Telegram says so, as far as it does."""
        found = (info.url, info.max_connections, sorted(info.allowed_updates or ()))
        return found == (self.url, self.connections, sorted(self.allowed))


async def announce(bot: Bot, address: Address) -> None:
    """Set the webhook, for as long as it takes; equal parameters change nothing.

    Telegram takes one setWebhook a second from a bot, equal or not (tdlib/telegram-bot-api, Client.cpp,
    process_set_webhook_query): replicas that start together wait for one another.
    """
    await retry.patiently(
        lambda: bot.set_webhook(
            address.url,
            max_connections=address.connections,
            secret_token=address.secret,
            allowed_updates=list(address.allowed),
        ),
        what="setWebhook",
    )


class Announcing:
    """Has the webhook be set, and looks whether it is."""

    def __init__(self, bot: Bot, notes: Notes, address: Address) -> None:
        self._bot = bot
        self._notes = notes
        self._address = address

    async def run(self) -> None:
        """Go on until cancelled. Raises what Telegram says if it takes no such webhook."""
        info = await self._look()
        if not (self._address.is_set(info) and self._notes.noted(NOTE) == self._address.print):
            await self._set()
        while True:
            await asyncio.sleep(LOOK)
            if not (await self._look()).url:  # another one may be that of a newer program
                log.warning("The webhook is gone: it is set again")
                await self._set()

    async def _look(self) -> WebhookInfo:
        return await retry.patiently(self._bot.get_webhook_info, what="getWebhookInfo")

    async def _set(self) -> None:
        await announce(self._bot, self._address)
        await self._notes.note(NOTE, self._address.print)
