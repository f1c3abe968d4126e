"""The first version's way with data: a table without key or index, select then update, all of it in one JSON file.

Kinder than the original in two things: values are parameters, where it put them into the statement, and names are not
escaped, or a million players would be more than the 50 MB that can be uploaded.
"""

import json
import sqlite3
import urllib.request
from collections.abc import Iterable
from typing import Any

from aiogram import Bot
from aiogram.types import BufferedInputFile, InputMediaDocument, Message

BEARS = 1_000_000
"""Players with whom it is measured, at most. It claimed a million; everything it does takes time in line with them."""


class FirstTable:
    """Players as the first version kept them."""

    def __init__(self, rows: Iterable[tuple[Any, ...]] = ()) -> None:
        self._connection = sqlite3.connect(":memory:")
        self.fill(rows)

    def fill(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Put (chatid, name, click, state) into a new table."""
        self._connection.execute("DROP TABLE IF EXISTS users")
        self._connection.execute("CREATE TABLE users (chatid INTEGER, name TEXT, click INTEGER, state INTEGER)")
        self._connection.executemany("INSERT INTO users VALUES (?, ?, ?, ?)", rows)

    def register(self, chatid: int, name: str) -> None:
        """Add a player who is not there yet."""
        if not self._rows(chatid):
            self._connection.execute("INSERT INTO users VALUES (?, ?, 0, 0)", (chatid, name))

    def tap(self, chatid: int) -> int | None:
        """Read the clicks, then write one more."""
        rows = self._rows(chatid)
        if not rows:
            return None
        count = int(rows[0][2]) + 1
        self._connection.execute("UPDATE users SET click = ? WHERE chatid = ?", (count, chatid))
        return count

    def rating(self) -> str:
        """Sort the table, count the table."""
        best = self._connection.execute("SELECT * FROM users ORDER BY click DESC LIMIT 15").fetchall()
        number = self._connection.execute("SELECT count(*) FROM users").fetchone()[0]
        lines = [f"{place}: {row[1]} - {row[2]}🏆\n" for place, row in enumerate(best, 1)]
        return f"Всего: {number}\n" + "".join(lines)

    def dump(self) -> bytes:
        """The whole table as JSON."""
        rows = self._connection.execute("SELECT * FROM users").fetchall()
        return json.dumps(rows, ensure_ascii=False).encode()

    def _rows(self, chatid: int) -> list[tuple[Any, ...]]:
        return self._connection.execute("SELECT * FROM users WHERE chatid = ?", (chatid,)).fetchall()


class FirstBackup:
    """One document in the admin's chat, written and read on the event loop."""

    def __init__(self, bot: Bot, table: FirstTable, chat_id: int) -> None:
        self._bot, self._table, self._chat_id = bot, table, chat_id
        self._message_id: int | None = None
        self.size = 0

    async def save(self) -> None:
        """Serialize everything, here and now, and upload it. Raises TelegramAPIError for what is too large."""
        content = self._table.dump()
        self.size = len(content)
        file = BufferedInputFile(content, "config.json")
        if self._message_id is None:
            self._message_id = (await self._bot.send_document(self._chat_id, file)).message_id
        else:
            media = InputMediaDocument(media=file)
            await self._bot.edit_message_media(media, chat_id=self._chat_id, message_id=self._message_id)

    async def restore(self) -> None:
        """Forward, download while everything else waits, delete. Raises TelegramAPIError above 20 MB."""
        copy = await self._bot.forward_message(self._chat_id, self._chat_id, self._message_id or 0)
        try:
            self._table.fill(json.loads(await self._download(copy)))
        finally:
            await self._bot.delete_message(self._chat_id, copy.message_id)

    async def _download(self, copy: Message) -> bytes:
        file = await self._bot.get_file(copy.document.file_id if copy.document else "")
        address = self._bot.session.api.file_url(self._bot.token, str(file.file_path))
        with urllib.request.urlopen(address) as answer:  # noqa: ASYNC210, S310 - that it blocks is the first version's way
            content: bytes = answer.read()
        return content
