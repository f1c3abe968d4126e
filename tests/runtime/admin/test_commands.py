"""What the admin sees and steers from the chat: players, figures, copies, exports; and that nobody else can."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from PIL import Image

from runtime.admin.hours import HOUR
from tests.stories.harness import (
    ADMIN,
    PATIENCE,
    adopt,
    bare,
    both_stores,
    hold,
    release,
    restart,
    say,
    set_up,
    sign_up,
    stored,
    until_kept,
    until_stored,
    with_limits,
)

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

COMMANDS = ("stats", "top", "player 1001", "ban 1002", "unban 1002", "backup", "backups", "export csv", "drill")


async def file_after(person: Person, text: str) -> dict[str, Any]:
    """Send a command and wait for the message with a file that answers it."""
    sent = person.send(text)["message_id"]

    def found() -> dict[str, Any] | None:
        sent_since = (message for message in person.messages if message["message_id"] > sent)
        return next((message for message in sent_since if message.get("caption", "").startswith(("Св", "Вы"))), None)

    message = await person.wait(found, PATIENCE)
    assert message is not None
    return message


async def ask(admin: Person, answers: dict[str, str]) -> None:
    """Send commands at once and wait for all their answers, some of which may share a message at Telegram's pace."""
    before = len(admin.answers)
    for command in answers:
        admin.send(command)

    def missing() -> list[str]:
        return [
            answer for answer in answers.values() if answer not in "\n\n".join(admin.answers[before:]).split("\n\n")
        ]

    try:
        await admin.wait(lambda: not missing(), PATIENCE)
    except TimeoutError:
        assert missing() == []


@pytest.mark.long
@both_stores
async def test_the_admin_looks_after_players(bot: Bot, telegram: Telegram) -> None:
    """/top, /player, /ban and /unban; each refusal is one sentence, and a ban outlives a crash."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    timur = await sign_up(telegram, 1002, "Ти\nмур")
    await say(anna, "Клик")
    number = "Напишите после /{0} номер игрока, например /{0} 1234567."
    best = "1: Анна - 1🏆 (id 1001)"
    await ask(
        admin,
        {
            "/top": f"{best}\n2: Ти мур - 0🏆 (id 1002)",
            "/TOP 1 ": best,
            "/player 1001": "Анна (id 1001): кликов 1, место 1 из 2, играет, язык как в Telegram.",
            "/player": number.format("player"),
            "/unban 99999999999999999999": number.format("unban"),
            "/ban -77": "Игрока с номером -77 нет.",
            "/ban 1001": "Анна (id 1001): забанен, клики больше не считаются.",
        },
    )
    for wrong in ("0", "101", "десять"):
        admin.send(f"/top {wrong}")
    await admin.wait(lambda: "от 1 до 100." in admin.newest, PATIENCE)
    await until_kept(bot, telegram, lambda tables: [row["status"] for row in tables["users"]], [2, 0])
    await restart(bot, kill=True)
    before = len(anna.answers)
    anna.send("Клик")
    assert await say(timur, "Клик") == "Кликов: 1 🏆"
    admin.send("/start")
    answers = {
        "/player 1001": "Анна (id 1001): кликов 1, вне рейтинга, забанен, язык как в Telegram.",
        "/unban 1001": "Анна (id 1001): бан снят, снова в игре.",
        f"/ban {ADMIN}": "Себя забанить нельзя.",
    }
    await ask(admin, answers)
    assert len(anna.answers) == before
    await ask(admin, {"/unban 1001": "Анна (id 1001): не забанен."})
    assert await say(anna, "Клик") == "Кликов: 2 🏆"


CASES = {
    "/top": "Игроков пока нет.",
    "/player 5": "Игрока с номером 5 нет.",
    "/ban 5": "Игрока с номером 5 нет.",
    "/unban 5": "Игрока с номером 5 нет.",
    "/export": "Напишите /export",
    "/backup": "Сохранено: поколение",
    "/backups": "цела",
    "/drill": "Копия скачана и сверена",
    "/stats": "Сводка на ",
    "/broadcast": "/broadcast",
    "admin": "config_id = ",
    "/start": "Приветствую Админ",
    "/language": "Выберите язык",
}
"""Commands and what stands in their answers."""


@pytest.mark.long
@pytest.mark.parametrize("command", CASES)
async def test_a_command_may_be_written_in_any_letters_and_with_the_bots_name(
    bot: Bot, telegram: Telegram, command: str
) -> None:
    """Phones write a first letter large, and a menu in a group adds the name."""
    admin = await set_up(bot, telegram)
    if command == "/language":
        await say(admin, "/start")
    word, _, rest = command.partition(" ")
    for written in (word.upper(), word.title()) if word == "admin" else (f"{word.upper()}@CLICKER_bot", word.title()):
        sent = admin.send(f"{written} {rest}".strip())["message_id"]
        await admin.wait(
            lambda: [
                message
                for message in admin.messages
                if message["message_id"] > sent  # noqa: B023
                and message["from"]["is_bot"]
                and CASES[command] in str(message.get("text", message.get("caption")))
            ],
            PATIENCE,
        )


@both_stores
async def test_for_anyone_else_these_are_ordinary_texts(bot: Bot, telegram: Telegram) -> None:
    """Strangers and players get the usual answers, nobody's table or chat changes, and only the admin has the menu."""
    admin = await set_up(bot, telegram)
    timur = await sign_up(telegram, 1002, "Тимур")
    await say(timur, "Клик")
    eve = telegram.person(666, first_name="Ева")
    await telegram.wait(lambda: bool(admin.commands), PATIENCE)
    assert {line["command"] for line in admin.commands} >= {command.split()[0] for command in COMMANDS}
    assert eve.commands == timur.commands
    assert not {line["command"] for line in eve.commands} & {line["command"] for line in admin.commands}
    greeted = len(timur.answers)
    for command in COMMANDS:
        eve.send(f"/{command}")
        timur.send(f"/{command}")
    eve.send_file("clicker.json", bare((666, "Ева", 10**6, 0)))
    timur.send("Клик")
    await timur.wait(lambda: timur.newest == "Кликов: 2 🏆", PATIENCE)
    await eve.wait(lambda: eve.answers, PATIENCE)
    assert set(eve.answers) == {"Вы не зарегистрированы"}
    assert all("«Клик»" in text for text in timur.answers[greeted:-1])
    files = [call for call in telegram.calls if call.method in {"sendDocument", "sendPhoto", "getFile"}]
    assert {(call.method, call.params["chat_id"]) for call in files} <= {("sendDocument", str(ADMIN))}
    assert "Выгрузка" not in str(files)
    menu = [call for call in telegram.calls if call.method == "setMyCommands" and '"chat"' in call.params["scope"]]
    await restart(bot)
    await say(admin, "/top")
    assert [
        call for call in telegram.calls if call.method == "setMyCommands" and '"chat"' in call.params["scope"]
    ] == menu
    assert len(menu) == 1


async def test_a_menu_that_cannot_be_set_delays_nothing(bot: Bot, telegram: Telegram) -> None:
    """The failure is logged; the next start makes up for it."""
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.send("/start")
    telegram.faults.add("setMyCommands", "error", times=None, value=(400, "Bad Request: no"))
    await set_up(bot, telegram)
    await bot.wait_line("command menus could not be set")
    await sign_up(telegram, 1001, "Анна")
    telegram.faults.clear()
    await restart(bot)
    await telegram.wait(lambda: bool(admin.commands), PATIENCE)


async def test_an_admin_who_is_banned_in_an_older_table_can_take_that_back(bot: Bot, telegram: Telegram) -> None:
    """The bot does not lock him out."""
    columns = ["chatid", "name", "click", "state", "reached", "language", "status"]
    document = {
        "format": "clicker-backup",
        "version": 1,
        "generation": 5,
        "counts": {"users": 1, "clicks": 3},
        "tables": {"users": {"columns": columns, "rows": [[ADMIN, "Админ", 3, 0, 1, "", 2]]}},
    }
    admin = await adopt(bot, telegram, json.dumps(document).encode())
    await bot.ready()
    assert "забанен" in await say(admin, f"/player {ADMIN}")
    assert "снова" in await say(admin, f"/unban {ADMIN}")
    assert await say(admin, "Клик") == "Кликов: 4 🏆"


async def test_the_figures(bot: Bot, telegram: Telegram) -> None:
    """/stats sends a chart with all figures below it; hours and active players come from what was noted before."""
    now = int(time.time() // HOUR)
    rows = [
        [number, f"Игрок {number}", 10, 0, place, "", status]
        for number, place, status in ((1001, 5, 0), (1002, 30, 1), (1003, 33, 2), (1004, 44, 0))
    ]
    hours = [[now - 40 * 24, 1, 0], [now - 8 * 24, 3, 20], [now - 30, 4, 28], [now - 20, 4, 33]]
    document = {
        "format": "clicker-backup",
        "version": 1,
        "generation": 5,
        "counts": {"users": 4, "clicks": 40, "hours": 4},
        "tables": {
            "users": {"columns": ["chatid", "name", "click", "state", "reached", "language", "status"], "rows": rows},
            "hours": {"columns": ["hour", "users", "clicks"], "rows": hours},
        },
    }
    admin = await adopt(bot, telegram, json.dumps(document).encode())
    await bot.ready()
    anna = telegram.person(1001, first_name="Анна")
    await say(anna, "Клик")
    message = await file_after(admin, "/stats")
    lines = dict(line.split(": ", 1) for line in message["caption"].splitlines() if ": " in line)
    assert lines["Игроков"].startswith("4, новых сегодня: 0")
    assert lines["Кликов"].startswith("41, сегодня: ")
    # Of the totals 1, 23, 32 and 37 noted, those that hold a day, a week and a month ago; Anna has just tapped.
    assert lines["Активны за 1 / 7 / 30 дней"] == "2 / 3 / 4"
    assert lines["Заблокировали бота"] == "1, забанены: 1"
    assert re.fullmatch(r"чатов ждёт ответа \d+, обновлений ждёт сохранения \d+", lines["Очередь"])
    assert re.fullmatch(r"поколение \d+, [\d. :]+ UTC, [\d,]+ (К?)Б", lines["Сохранение"])
    assert lines["Проверка копии"] == "ещё не было"
    assert lines["Надёжность"] == "точная, ни один клик не пропадёт"
    assert re.fullmatch(r"0 ч \d+ мин, память: [\d,]+ МБ", lines["Работает"])
    assert "UTC" in message["caption"].splitlines()[-1]
    picture = Image.open(io.BytesIO(telegram.files.open(message["photo"][-1]["file_id"]).data))
    assert picture.format == "PNG"
    assert (await say(admin, "/drill")).startswith("Копия скачана")
    telegram.faults.add("sendPhoto", "error", value=(400, "Bad Request: IMAGE_PROCESS_FAILED"))
    assert "Игроков: 4" in await say(admin, "/stats")
    assert "ещё не было" not in admin.newest


async def test_exports(bot: Bot, telegram: Telegram, tmp_path: Path) -> None:
    """CSV for a spreadsheet in which no name is a formula, SQLite, and JSON that restores; taps go on meanwhile."""
    admin = await set_up(bot, telegram)
    names = ("=1+1", "+7", "-1", "@me", "Анна;=1", 'О"Нил, "Ы"', "中文")
    players = [await sign_up(telegram, 1001 + number, name) for number, name in enumerate(names)]
    await say(players[3], "Клик")
    message = await file_after(admin, "/export csv")
    content = telegram.document(message)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["chatid"], row["click"]) for row in rows][:2] == [("1004", "1"), ("1001", "0")]
    assert {row["name"] for row in rows} == {"'=1+1", "'+7", "'-1", "'@me", "Анна;'=1", 'О"Нил, "Ы"', "中文"}
    await admin.wait(lambda: "clicker-hours.csv" in file_names(admin), PATIENCE)
    (tmp_path / "x.sqlite").write_bytes(telegram.document(await file_after(admin, "/export SQLite")))
    connection = sqlite3.connect(tmp_path / "x.sqlite")
    assert connection.execute("SELECT name, click FROM users WHERE chatid IN (1001, 1004)").fetchall() == [
        ("=1+1", 0),
        ("@me", 1),
    ]
    connection.close()
    exported = json.loads(telegram.document(await file_after(admin, "/export json")))
    assert exported["counts"]["users"] == len(names)
    assert [row[1] for row in exported["tables"]["users"]["rows"]] == list(names)
    for command in ("/export", "/export xls"):
        assert await say(admin, command) == "Напишите /export csv, /export xlsx, /export sqlite или /export json."
    telegram.faults.add("sendDocument", "error", value=(400, "Bad Request: no"))
    assert (await say(admin, "/export csv")).startswith("Выгрузить не удалось: ")


def file_names(admin: Person) -> set[str]:
    """The names of all files in the admin's chat."""
    return {message["document"]["file_name"] for message in admin.messages if "document" in message}


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets of a workbook by name, as a spreadsheet program reads them; none of their cells is a formula."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


async def test_an_export_holds_the_groups_as_well(bot: Bot, telegram: Telegram) -> None:
    """A file for each table that holds anything, and a workbook of them in which no text is a formula."""
    admin = await set_up(bot, telegram)
    player = telegram.person(4503599627370495, first_name="=1+1")
    group = telegram.group(-500, "Клуб", (player,))
    group.send(player, "Клик")
    await group.answer(timeout=PATIENCE)
    await file_after(admin, "/export csv")
    await admin.wait(lambda: "clicker-members.csv" in file_names(admin), PATIENCE)
    files = {m["document"]["file_name"]: telegram.document(m) for m in admin.messages if "document" in m}
    assert files["clicker.csv"].decode("utf-8-sig").splitlines() == ["chatid,name,click,state,reached,language,status"]
    assert files["clicker-members.csv"].decode("utf-8-sig").splitlines() == [
        "number,chat,userid,name,click,reached,status",
        "1,1,4503599627370495,'=1+1,1,1,0",
    ]
    assert files["clicker-chats.csv"].decode("utf-8-sig").splitlines() == ["number,chatid", "1,-500"]
    book = sheets(telegram.document(await file_after(admin, "/export xlsx")))
    assert list(book) == ["users", "chats", "members"]
    assert book["members"] == [
        ("number", "chat", "userid", "name", "click", "reached", "status"),
        (1, 1, "4503599627370495", "=1+1", 1, 1, 0),
    ]


@pytest.mark.long
@with_limits
async def test_backups_are_made_and_listed_at_telegrams_pace(bot: Bot, telegram: Telegram) -> None:
    """/backup tells generation and size, one at a time; /backups lists and checks all copies, a damaged one as well."""
    admin = await set_up(bot, telegram, BACKUP_INTERVAL="2")
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    answer = await say(admin, "/backup")
    generation = stored(telegram)["generation"]
    assert re.fullmatch(rf"Сохранено: поколение {generation}, [\d,]+ К?Б\.", answer)
    before = str(stored(telegram)["previous"])
    telegram.replace_file(before, b"[]")
    admin.send("/backups")
    await admin.wait(lambda: "цела" in admin.newest, PATIENCE)
    lines = admin.newest.splitlines()
    assert re.fullmatch(rf"{generation}: [\d. :]+ UTC, игроков 1, кликов 1, [\d,]+ К?Б, цела", lines[0])
    assert len({line.split(":")[0] for line in lines}) == len(lines)


async def test_a_command_that_runs_is_not_begun_twice(bot: Bot, telegram: Telegram) -> None:
    """The second one is told so, players are served meanwhile, and a stop does not wait for it."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    under_way = hold(telegram, "sendPhoto")
    admin.send("/stats")
    await under_way()
    assert await say(admin, "/stats") == "Предыдущая такая команда ещё выполняется, дождитесь её."
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    assert await bot.stop() == 0
    release(telegram)
    await bot.start()
    await bot.ready()
    assert await say(anna, "Клик") == "Кликов: 2 🏆"


@pytest.mark.parametrize("number", [100])
async def test_a_hundred_players_fit_into_messages(bot: Bot, telegram: Telegram, number: int) -> None:
    """/top 100 with the longest names is cut between players, at the 4096 characters of a message."""
    admin = await adopt(bot, telegram, bare(*((10**15 + key, "Ж" * 64, 10**12 - key, 0) for key in range(number + 5))))
    await bot.ready()
    before = len(admin.answers)
    admin.send(f"/top {number}")
    await admin.wait(lambda: sum(text.count("🏆") for text in admin.answers[before:]) == number, PATIENCE)
    lines = "\n".join(admin.answers[before:]).splitlines()
    assert [int(line.split(":")[0]) for line in lines] == list(range(1, number + 1))
    assert max(map(len, admin.answers[before:])) <= 4096
