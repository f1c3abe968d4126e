"""What every story about the bot needs.

Fixtures (tests/conftest.py):
    telegram    a local Telegram with the bot's token and no flood limits; `@with_limits` above a test switches them on
    server      its HTTP side, `server.url`
    bot         a `Bot` (tests/launcher.py) that is not started yet: `await bot.start(LOG_LEVEL="DEBUG")`, `ready()`,
                `stop() -> status`, `kill()`, `wait() -> status`, `wait_line(regex)`, `lines`, `output`, `env_file`
    new_bot     makes further ones: `new_bot(env_file=None, **env)`; all are ended at the end

Helpers (here):
    admin = await set_up(bot, telegram)     start it and make ADMIN's chat the backup chat with `admin {code}`
    anna = await sign_up(telegram, 1001, "Анна"), await say(anna, "Клик") -> the answer
    stored(telegram) -> the pinned document as JSON, users(telegram) -> {chatid: (name, clicks)} of it
    await until_stored(telegram, {1001: ("Анна", 3)})
    await until_kept(bot, telegram, names_and_clicks, {1001: ("Анна", 3)}), whichever store keeps the tables
    await restart(bot, kill=True)           stop or kill it, start it again, wait until it is ready
    await adopt(bot, telegram, content)     start it with a document that the admin has sent as its backup
    bare(rows) -> the oldest backup format; uploads(telegram) -> the calls that uploaded a file
    under_way = hold(telegram, method); await under_way(); ...; release(telegram): a call takes as long as wanted

Saves come 0.05 s after a change here; pass BACKUP_INTERVAL to have it otherwise. A bot that starts after a SIGKILL
gives the document a message of its own, so restarts that need no crash are clean ones.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.changes import PATIENCE
from emulator.state.limits import Limits
from tests.stories.launcher import TOKEN, Bot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from emulator.state.calls import Call
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

__all__ = [
    "ADMIN",
    "CHAT",
    "PATIENCE",
    "TOKEN",
    "Bot",
    "admin_of",
    "adopt",
    "bare",
    "both_stores",
    "hold",
    "kept",
    "names_and_clicks",
    "release",
    "restart",
    "say",
    "set_up",
    "sign_up",
    "stored",
    "until_kept",
    "until_stored",
    "uploads",
    "users",
    "with_limits",
]

ADMIN = 1
with_limits = pytest.mark.parametrize("telegram", [Limits()], indirect=True, ids=["limits"])


def admin_of(telegram: Telegram) -> Person:
    """The person whose chat is the backup chat."""
    return telegram.person(ADMIN)


async def set_up(bot: Bot, telegram: Telegram, **env: str) -> Person:
    """Start a fresh bot if it does not run and adopt ADMIN's chat; returns the admin, who has got both ids."""
    if not bot.running:
        await bot.start(**env)
    code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.send(f"admin {code}")
    await admin.wait(lambda: admin.newest.startswith("config_id = ") or "PostgreSQL" in admin.newest, PATIENCE)
    return admin


async def sign_up(telegram: Telegram, person_id: int, name: str) -> Person:
    """A new player, greeted."""
    person = telegram.person(person_id, first_name=name)
    assert (await say(person, "/start")).startswith("Приветствую ")
    return person


async def say(person: Person, text: str) -> str:
    """Send a text and wait for the answer."""
    person.send(text)
    return await person.answer(timeout=PATIENCE)


def shown(person: Person, words: str) -> dict[str, Any]:
    """The newest message with these words, whatever has come since: copies of the history do at a time of their own."""
    messages = reversed(person.messages)
    return next(message for message in messages if words in str(message.get("text") or message.get("caption")))


def stored(telegram: Telegram, admin_id: int = ADMIN) -> Any:
    """The pinned document of the backup chat as JSON, {} if there is none."""
    pinned = telegram.person(admin_id).pinned
    return json.loads(telegram.document(pinned)) if pinned and "document" in pinned else {}


def users(telegram: Telegram) -> dict[int, tuple[str, int]]:
    """Name and clicks by id, as stored in the document itself (not in its parts)."""
    table = stored(telegram).get("tables", {}).get("users", {"rows": []})
    return {row[0]: (row[1], row[2]) for row in table["rows"]}


async def until_stored(telegram: Telegram, expected: dict[int, tuple[str, int]]) -> None:
    """Wait until the document holds exactly these players."""
    try:
        await telegram.wait(lambda: users(telegram) == expected, PATIENCE)
    except TimeoutError:
        assert users(telegram) == expected


async def kept(bot: Bot, telegram: Telegram) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, as they are in the document or on the server."""
    if url := bot.database_url:
        import asyncpg  # noqa: PLC0415 - most tests need none

        connection = await asyncpg.connect(url)
        names = ("users", "chats", "members")
        rows = {name: await connection.fetch(f"SELECT * FROM {name} ORDER BY 1") for name in names}  # noqa: S608
        await connection.close()
        return {name: [dict(row) for row in found] for name, found in rows.items()}
    tables = stored(telegram).get("tables", {})
    return {
        name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]] for name, table in tables.items()
    }


async def until_kept(
    bot: Bot, telegram: Telegram, look: Callable[[dict[str, list[dict[str, Any]]]], Any], expected: Any
) -> None:
    """Wait until this is what `look` finds in the tables; of those in Telegram alone it may come later."""
    for _ in range(int(PATIENCE * 10)):
        if look(await kept(bot, telegram)) == expected:
            return
        await asyncio.sleep(0.1)
    assert look(await kept(bot, telegram)) == expected


def names_and_clicks(tables: dict[str, list[dict[str, Any]]]) -> dict[int, tuple[str, int]]:
    """Of the players, by id."""
    return {row["chatid"]: (row["name"], row["click"]) for row in tables.get("users", ())}


async def restart(bot: Bot, *, kill: bool = False, **env: str) -> None:
    """End the bot and start it again; ready to serve."""
    if kill:
        await bot.kill()
    else:
        assert await bot.stop() == 0, bot.output
    await bot.start(**env)
    await bot.ready()


async def adopt(bot: Bot, telegram: Telegram, content: bytes, **env: str) -> Person:
    """Start the bot with a document that the admin has sent as its backup; it may not be ready yet."""
    admin = telegram.person(ADMIN, first_name="Админ")
    message = admin.send_file("backup.json", content)
    await bot.start(ADMIN_ID=str(ADMIN), CONFIG_ID=str(message["message_id"]), **env)
    return admin


def bare(*rows: tuple[Any, ...]) -> bytes:
    """A backup as the first version wrote it: an array of (chatid, name, click, state), non-ASCII escaped."""
    return json.dumps(rows).encode()


def uploads(telegram: Telegram) -> list[Call]:
    """The calls that uploaded a file, or tried to; copies that the history makes by file_id are none."""
    return [call for call in telegram.calls if any(value.endswith(" bytes)") for value in call.params.values())]


CHAT, SERVER = "chat", "server"
both_stores = pytest.mark.parametrize("keeping", [CHAT, pytest.param(SERVER, marks=pytest.mark.long)], indirect=True)
"""The story is told twice: with the tables in Telegram, and with the long tests on a server."""

HOLD = 1000.0


def hold(telegram: Telegram, method: str) -> Callable[[], Awaitable[bool]]:
    """The next call of `method` is not answered until `release`; returns what waits until it is under way."""
    before = telegram.count(method)
    telegram.faults.add(method, "latency", value=HOLD)
    return lambda: telegram.wait(lambda: telegram.count(method) > before, PATIENCE)


def release(telegram: Telegram) -> None:
    """Let what is held take effect and be answered."""
    telegram.clock.advance(HOLD)
