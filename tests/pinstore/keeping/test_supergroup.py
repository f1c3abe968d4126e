"""A group as the backup chat becomes a supergroup, which has another id and none of the messages."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from pinstore import Store, Table
from pinstore.errors import ChatError
from tests.stories.harness import TOKEN

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram

TAPS = Table("CREATE TABLE taps (person INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
GROUP, SUPERGROUP = -500, -1_000_000_000_500


async def test_the_store_goes_on_in_the_supergroup(telegram: Telegram, server: Server) -> None:
    """The first save says what has happened, the next one writes everything anew there, and others follow it."""
    admin = telegram.person(1, first_name="Admin")
    group = telegram.group(GROUP, "Backup", (admin,))
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    store = Store(Bot(TOKEN, session), [TAPS], chat_id=GROUP, interval=1000)
    try:
        await store.open()
        await store.create(GROUP)
        await store.write(lambda tables: tables.execute("INSERT INTO taps VALUES (1001, 1)"))
        await store.save()
        new = group.upgrade(SUPERGROUP, admin)
        for _ in range(20):
            new.send(admin, "ids of its own")
        await store.write(lambda tables: tables.execute("UPDATE taps SET number = 2"))
        with pytest.raises(ChatError, match=f"has become supergroup {SUPERGROUP}"):
            await store.save()
        await store.save()
        assert store.status.place
        assert store.status.place.chat_id == SUPERGROUP
        await store.write(lambda tables: tables.execute("UPDATE taps SET number = 3"))
        await store.save()
        assert new.pinned
        assert json.loads(telegram.document(new.pinned))["tables"]["taps"]["rows"] == [[1001, 3]]
    finally:
        with suppress(ChatError):
            await store.close()
        await session.close()
    again = Store(Bot(TOKEN, session), [TAPS], interval=1000)
    try:
        await again.open()
        assert await again.read(lambda tables: tables.execute("SELECT number FROM taps").fetchone()[0]) == 3
    finally:
        await again.close()
        await session.close()
