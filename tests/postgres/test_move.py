"""`move`: all tables from Telegram to a server and back, while people tap; killed at each step, and told off."""

from __future__ import annotations

import asyncio
import json
import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from bots.clicker import app
from pinstore.moving import ChatSide
from pinstore.postgres.side import ServerSide
from runtime.admin.hours import this_hour
from runtime.session import new_bot as made
from runtime.settings import Settings
from runtime.terminal.check import stored_copy
from runtime.terminal.closed import closed_store
from runtime.terminal.flaws import FlawError
from runtime.terminal.move import carry_out as moving
from runtime.terminal.server_check import lines
from tests.postgres.replicas import replicas
from tests.postgres.test_standby import Rush, is_told
from tests.stories.harness import ADMIN, PATIENCE, TOKEN, say, set_up, sign_up, stored

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long

TABLES = ("users", "chats", "members", "hours", "broadcasts")


async def run(bot: Bot, *arguments: str) -> tuple[int, str]:
    """A command beside the bot; its status and the last line of its output."""
    await bot.start(*arguments)
    return await bot.wait(), bot.lines[-1] if bot.lines else ""


async def move(new_bot: NewBot, side: str, url: str) -> None:
    """Move, which has to succeed."""
    command = new_bot(DATABASE_URL=url)
    status, line = await run(command, "move", side, "--yes")
    assert status == 0, command.output
    assert line.startswith("The tables are in ")


async def test_everything_moves_there_and_back_in_a_rush(
    new_bot: NewBot, telegram: Telegram, database_url: str
) -> None:
    """Whoever runs ends with status 3; every tap counts once, whenever it came."""
    here, there = new_bot(), new_bot(DATABASE_URL=database_url)
    admin = await set_up(here, telegram)
    people = [await sign_up(telegram, number, "Анна") for number in (1001, 1002, 1003)]
    await say(people[0], "/language")
    await say(people[0], "Русский")
    assert "1003" in await say(admin, "/ban 1003")
    rush = Rush(*people[:2])
    rush.begin()
    await asyncio.sleep(0.3)
    await move(new_bot, "postgresql", database_url)
    assert await here.wait() == 3, here.output
    assert (await run(here))[1].endswith(": set DATABASE_URL.")
    assert here.status == 3
    assert (await run(here, "restore", str(stored(telegram)["generation"])))[0] == 1
    assert here.lines[-1].endswith("Nothing was changed.")
    assert "warning: the tables were moved to PostgreSQL" in here.output
    await there.start()
    await there.wait_line("Ready: users 3, ")
    await asyncio.sleep(0.3)
    assert "1003" in await say(admin, "/unban 1003")
    await move(new_bot, "telegram", database_url)
    assert await there.wait() == 3, there.output
    assert (await run(there))[1].endswith(": unset DATABASE_URL.")
    assert there.status == 3
    await here.start()
    await here.wait_line("Ready: users 3, ")
    await asyncio.sleep(0.3)
    await rush.end()
    assert await here.stop() == 0
    assert stored(telegram)["version"] == 1


async def test_replicas_let_their_tables_go(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """All of them end with status 3, and what Telegram would have brought them counts once where the tables are."""
    async with replicas(new_bot, telegram, database_url, count=2) as two:
        await two.start()
        await set_up(two.bots[0], telegram)
        anna = await sign_up(telegram, 1001, "Анна")
        rush = Rush(anna)
        rush.begin()
        await asyncio.sleep(0.3)
        await move(new_bot, "telegram", database_url)
        assert [await bot.wait() for bot in two.bots] == [3, 3], [bot.output for bot in two.bots]
    here = new_bot()
    await here.start()
    await here.wait_line("Ready: users 1, ")
    await rush.end()
    assert await here.stop() == 0


LATELY = this_hour() - 100
"""An hour of a few days ago: much older ones are forgotten with the next that is kept."""

WHOLE: dict[str, tuple[list[str], list[list[Any]]]] = {
    "users": (
        ["chatid", "name", "click", "state", "reached", "language", "status"],
        [
            [1001, "Анна", 5, 1, 3, "en", 0],
            [1002, "O'Neil 🏆 \x00", 5, 1, 2, "", 0],  # as many, and earlier
            [1003, "=1+1", 9, 0, 9, "uz", 1],
            [1004, "", 0, 0, -1, "", 1],  # plays in groups alone, and is banned
        ],
    ),
    "chats": (["number", "chatid"], [[1, -100], [7, -1000000000007]]),
    "members": (
        ["number", "chat", "userid", "name", "click", "reached", "status"],
        [[1, 7, 1001, "Анна", 2, 5, 0], [2, 7, 1004, "Д", 2, 4, 1], [9, 1, 1001, "Анна", 1, 1, 0]],
    ),
    "hours": (["hour", "users", "clicks"], [[LATELY, 1, 2], [LATELY + 1, 3, 9]]),
    "broadcasts": (["id", "chat", "message", "status", "waiting"], [[3, 1, 5, 4, "[1001]"]]),
}
COUNTS = {"users": 4, "clicks": 19, "chats": 2, "members": 3, "group_clicks": 5, "hours": 2, "broadcasts": 1}


def document(telegram: Telegram, applied: list[int], **fields: Any) -> dict[str, str]:
    """A document with everything in it in the admin's chat, and the settings that say where it lies."""
    tables = {name: {"columns": columns, "rows": rows} for name, (columns, rows) in WHOLE.items()}
    head = {"format": "clicker-backup", "version": 1, "generation": 4, "counts": COUNTS, "applied_updates": applied}
    admin = telegram.person(ADMIN, first_name="Админ")
    message = admin.send_file("backup.json", json.dumps({**head, "tables": tables, **fields}).encode())
    return {"ADMIN_ID": str(ADMIN), "CONFIG_ID": str(message["message_id"])}


async def rows(url: str, name: str) -> list[list[Any]]:
    """A table on the server, as far as the document named its columns."""
    connection = await asyncpg.connect(url)
    columns = WHOLE[name][0]
    found = await connection.fetch(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {columns[0]}")  # noqa: S608
    await connection.close()
    return [list(row) for row in found]


async def test_every_row_is_as_it_was(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """On the server, and back in Telegram, where places in the order of equals are counted again."""
    anna = telegram.person(1001, first_name="Анна")
    anna.send("Клик")
    (waiting,) = telegram.queue_of()
    where = document(telegram, [waiting["update_id"]])
    command = new_bot(None, DATABASE_URL=database_url, **where)
    assert (await run(command, "move", "postgresql", "--yes"))[0] == 0, command.output
    expected = {
        name: [[one.replace("\0", "") if isinstance(one, str) else one for one in row] for row in kept]
        for name, (_, kept) in WHOLE.items()
    }
    assert {name: await rows(database_url, name) for name in WHOLE} == expected
    await command.start()
    await command.wait_line("Ready: users 4, ")
    anna.send("Click")
    await is_told(anna, "Clicks: 6 🏆")  # of the tap that had counted before he may be told first
    assert (await say(telegram.person(1005, first_name="Ева"), "/start")).startswith("Приветствую ")
    assert await command.stop() == 0
    expected["users"] = await rows(database_url, "users")
    assert (await run(command, "move", "telegram", "--yes"))[0] == 0, command.output
    back = stored(telegram)
    for name, (columns, _) in WHOLE.items():
        places = [back["tables"][name]["columns"].index(column) for column in columns]
        found = [[row[place] for place in places] for row in back["tables"][name]["rows"]]
        reached = columns.index("reached") if "reached" in columns else None
        if name == "hours":
            found = found[:2]
        if reached is not None:
            order = [sorted(kept, key=lambda row: (row[reached], row[0])) for kept in (found, expected[name])]
            assert [row[0] for row in order[0]] == [row[0] for row in order[1]]
            assert all(row[reached] <= len(found) for row in found)
            for row in (*found, *expected[name]):
                row[reached] = 0
        assert sorted(found) == expected[name]


@pytest.mark.parametrize(
    ("arguments", "env", "status", "line"),
    [
        (("postgresql",), {"DATABASE_URL": ""}, 2, "DATABASE_URL is not set"),
        (("telegram",), {"DATABASE_URL": ""}, 2, "DATABASE_URL is not set"),
        (("telegram",), {"BOT": "roulette"}, 2, "DATABASE_URL is set, and roulette keeps its tables in Telegram alone"),
        (("postgresql", "--yes"), {}, 1, "There is nothing to move: no tables are in Telegram."),
        (("telegram", "--yes"), {}, 1, "There is nothing to move: no tables are in the database"),
        (("postgresql",), {"nowhere": "/nowhere"}, 1, "The database refused this program"),
    ],
)
async def test_what_cannot_be_moved_is_refused(
    new_bot: NewBot,
    database_url: str,
    arguments: tuple[str, ...],
    env: dict[str, str],
    status: int,
    line: str,
) -> None:
    """One line says why, in which no password is."""
    url = database_url.replace("//postgres@", "//postgres:t0p-s3cret@").replace("/empty", env.pop("nowhere", "/empty"))
    command = new_bot(None, **{"DATABASE_URL": url, **env})
    found = await run(command, "move", *arguments)
    assert found[0] == status, command.output
    assert found[1].startswith(line)
    assert "t0p-s3cret" not in command.output
    assert len(command.lines) == 1


async def test_players_on_the_server_are_not_written_over(
    new_bot: NewBot, telegram: Telegram, database_url: str
) -> None:
    """Nor is anything done without a yes: then the bot plays on."""
    there = new_bot(DATABASE_URL=database_url)
    await set_up(there, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    command = new_bot(DATABASE_URL=database_url)
    status, line = await run(command, "move", "telegram")
    assert (status, line.endswith("Nothing was changed.")) == (1, True), command.output
    where = document(telegram, [])
    command = new_bot(None, DATABASE_URL=database_url, **where)
    status, line = await run(command, "move", "postgresql", "--yes")
    assert (status, line.endswith("serves players of its own: it is not written over.")) == (1, True), command.output
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    assert await there.stop() == 0


class KilledError(BaseException):
    """As if the process were gone."""


def kill_after(monkeypatch: pytest.MonkeyPatch, kind: type, step: str, number: int) -> None:
    """The process is gone when this step is done, for this time."""
    do, left = getattr(kind, step), [number]

    async def done(*arguments: Any, **given: Any) -> Any:
        result = await do(*arguments, **given)
        left[0] -= 1
        if not left[0]:
            raise KilledError
        return result

    monkeypatch.setattr(kind, step, done)


async def killed(server: Server, url: str, side: str) -> None:
    """Move within this process, which is killed meanwhile."""
    given = {"bot_token": TOKEN, "bot_api_url": server.url, "database_url": url}
    settings = Settings.model_validate(given)
    with pytest.raises(KilledError):
        await moving(app, settings, Namespace(side=side, yes=True), Path(os.devnull))


async def said_of(server: Server, url: str) -> tuple[str, str]:
    """What `--check` says of the tables on each side, in Telegram and on the server."""
    given = {"bot_token": TOKEN, "bot_api_url": server.url, "admin_id": ADMIN}
    settings = Settings.model_validate({**given, "database_url": url})
    client = made(settings)
    try:
        copies = closed_store(app, client, Settings.model_validate(given)).copies()
        await copies.open()
        try:
            here = f"good: {await stored_copy(copies)}"
        except FlawError as error:
            here = f"BAD: {error}"
        (there,) = [line async for line in lines(app, client, settings) if line.name == "in charge"]
        return here, f"{there.verdict}: {there.found}"
    finally:
        await client.session.close()


async def serves_when_started(bot: Bot) -> bool:
    """Whether it serves; else it ends with status 3. It does not run any more then."""

    def is_ready() -> bool:
        return any("Ready: " in line for line in bot.lines)

    await bot.start()
    await bot.changed.until(lambda: bot.has_ended or is_ready(), PATIENCE)
    if is_ready():
        return await bot.stop() == 0
    assert await bot.wait() == 3, bot.output
    return False


STEPS = [
    (("postgresql", ChatSide, "open", 1), "here"),
    (("postgresql", ServerSide, "take_in", 1), "here"),
    (("postgresql", ChatSide, "save", 1), "there"),
    (("postgresql", ServerSide, "serve", 1), "there"),
    (("telegram", ServerSide, "freeze", 1), "there"),
    (("telegram", ChatSide, "open", 1), "there"),
    (("telegram", ChatSide, "save", 1), "there"),
    (("telegram", ServerSide, "let_go", 1), "there"),
    (("telegram", ChatSide, "save", 2), "here"),
]

QUIET = [STEPS[number][0] for number in (0, 3, 8)]
"""After these nothing is half done."""


@pytest.mark.parametrize(("step", "serves"), STEPS)
async def test_killed_after_a_step_the_same_command_finishes(
    request: pytest.FixtureRequest,
    new_bot: NewBot,
    telegram: Telegram,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[str, type, str, int],
    serves: str,
) -> None:
    """One side serves meanwhile, a start on the other ends with status 3; then the other one. Every tap counts once."""
    side = step[0]
    here, there = new_bot(None, **document(telegram, [])), new_bot(DATABASE_URL=database_url, ADMIN_ID=str(ADMIN))
    await here.start()
    await here.ready()
    anna = telegram.person(1001, first_name="Анна")
    anna.send("Click")
    await is_told(anna, "Clicks: 6 🏆")  # of the tap that had counted before he may be told first
    if side == "telegram":
        await move(new_bot, "postgresql", database_url)
        assert await here.wait() == 3
        await there.start()
        await there.wait_line("Ready: ")
    assert await say(anna, "Click") == "Clicks: 7 🏆"
    kill_after(monkeypatch, *step[1:])
    await killed(request.getfixturevalue("server"), database_url, side)
    monkeypatch.undo()
    said = await said_of(request.getfixturevalue("server"), database_url)
    assert [one.startswith("BAD: ") for one in said] == [serves == "there", serves == "here"], said
    assert any("is not finished" in one for one in said) == (step not in QUIET), said
    anna.send("Click")
    for bot in (here, there):
        if bot.running:
            assert await bot.wait() == 3, bot.output
    assert await serves_when_started(here) == (serves == "here")
    assert await serves_when_started(there) == (serves == "there")
    await move(new_bot, side, database_url)
    source, target = (here, there) if side == "postgresql" else (there, here)
    assert not await serves_when_started(source)
    await target.start()
    await target.wait_line("Ready: ")
    anna.send("Click")
    await is_told(anna, "Clicks: 9 🏆")
    assert await target.stop() == 0
