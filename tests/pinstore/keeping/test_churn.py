"""A small table in which rows come and go for years: what is noted of them goes as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from pinstore import Store, Table
from pinstore.keeping import saver
from tests.stories.harness import TOKEN

if TYPE_CHECKING:
    import pytest

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram

VISITS = Table("CREATE TABLE visits (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
ADMIN = 7
AT_ONCE, ROUNDS, NOTED = 5, 30, 40


async def test_rows_that_come_and_go_leave_nothing(
    telegram: Telegram, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in memory nor in the document, which holds the last ones after a restart."""
    monkeypatch.setattr(saver, "NOTED", NOTED)
    telegram.person(ADMIN, first_name="Админ").send("/start")
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    store = Store(Bot(TOKEN, session), [VISITS], chat_id=ADMIN, interval=1000)
    try:
        await store.open()
        await store.create(ADMIN)
        noted = []
        for first in range(0, AT_ONCE * ROUNDS, AT_ONCE):
            rows = ", ".join(f"({number}, 'Гость')" for number in range(first, first + AT_ONCE))
            await store.write(lambda tables: tables.execute("DELETE FROM visits"))
            await store.write(lambda tables: tables.execute(f"INSERT INTO visits VALUES {rows}"))  # noqa: B023, S608
            await store.save()
            noted.append(store.look(lambda tables: tables.execute("SELECT count(*) FROM visits_changes").fetchone()[0]))
        assert max(noted) <= NOTED + 2 * AT_ONCE
        assert noted.count(max(noted)) > 1  # more than once they were dropped
    finally:
        await store.close()
        await session.close()
    again = Store(Bot(TOKEN, session), [VISITS], interval=1000)
    try:
        await again.open()
        kept = await again.read(lambda tables: tables.execute("SELECT number FROM visits").fetchall())
        assert kept == [(number,) for number in range(AT_ONCE * (ROUNDS - 1), AT_ONCE * ROUNDS)]
    finally:
        await again.close()
        await session.close()
