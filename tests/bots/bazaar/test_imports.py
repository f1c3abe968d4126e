"""Sheets of ads: sent out, taken in, each row once."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from bots.bazaar import imports, sheet
from emulator.state.media import PICTURE
from tests.bots.bazaar.room import NOW, Room
from tests.bots.bazaar.stage import CARD, SETTINGS, give_car, newest_of, open_bazaar, posted, pressed, seen, told
from tests.stories.harness import PATIENCE, stored

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

HEAD = "kind,category,title,contact,year,price,currency,user_id,photos,message_id"
GOOD = "sell,auto,Nexia {n},@anna_v,2010,4500,$,1001,,{n}"
BAD = {
    "lend,auto,Nexia,@anna_v,,,,,,": "неверный столбец kind.",
    "sell,boats,Nexia,@anna_v,,,,,,": "неверный столбец category.",
    "sell,service,Nexia,@anna_v,,,,,,": "неверный столбец category.",
    "sell,auto,,@anna_v,,,,,,": "Название: от 1 до 100 символов.",
    "sell,auto,Nexia,12:30,,,,,,": "Контакт: номер телефона вида +998931234567 или @username.",
    "sell,auto,Nexia,@anna_v,1800,,,,,": "Год: целое число от 1900 до",
    "sell,auto,Nexia,@anna_v,,5,€,,,": "Цена:",
    "sell,auto,Nexia,@anna_v,,,,anna,,": "неверный столбец user_id.",
    "sell,auto,Nexia,@anna_v,,,,,AgAC;AgAD,": "неверный столбец photos.",
    "sell,auto,Nexia,@anna_v,,,,,,-5": "неверный столбец message_id.",
    "sell,auto,Nexia,@anna_v,,,,,,900": "message_id принадлежит другому объявлению.",
    "sell,auto,Nexia,@anna_v,,,,66,,": "владелец забанен.",
}


def rows_of(content: bytes) -> list[dict[str, str]]:
    """A sheet as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def take_all(room: Room, rows: list[object], slices: int) -> None:
    """Take rows in, some at a time, each slice in a write of its own, going on where the tables say."""
    while (done := room.act(9, lambda visit: imports.find(visit.tables, 1)).done) < len(rows):  # type: ignore[union-attr]
        some = rows[done : done + slices]
        room.act(9, lambda visit, some=some: imports.take(visit.tables, 1, some, NOW * 1000))  # type: ignore[misc]


@pytest.mark.parametrize("slices", [1, 3, 100])
def test_rows_are_taken_or_refused_with_a_reason(slices: int) -> None:
    """However many at a time, and nobody is told."""
    room = Room()
    room.say(66, "/start")
    room.act(9, lambda visit: visit.tables.execute("UPDATE users SET status = 2 WHERE person = 66"))
    lines = [HEAD, GOOD.format(n=900), *BAD, GOOD.format(n=901)]
    rows = list(sheet.read("\n".join(lines).encode("utf-8-sig"), 2026))
    room.act(9, lambda visit: imports.begin(visit.tables, 1, "file"))
    take_all(room, list(rows), slices)
    found = room.act(9, lambda visit: imports.find(visit.tables, 1))
    assert found
    assert (found.taken, found.refused) == (2, len(BAD))
    report = imports._report(found).splitlines()  # noqa: SLF001 - what the admin reads
    assert report[0] == f"Импорт: принято 2, отклонено {len(BAD)}."
    assert len(report) == 1 + imports.TOLD
    for number, (line, why) in enumerate(zip(report[1:], BAD.values(), strict=False), 3):
        assert line.startswith(f"Строка {number}: {why}")
    assert room.rows("SELECT number, owner, title, year, price, currency, message, state FROM ads") == [
        (1, 1001, "Nexia 900", 2010, 4500, "$", 900, "published"),
        (2, 1001, "Nexia 901", 2010, 4500, "$", 901, "published"),
    ]
    assert room.rows("SELECT message, ad FROM posts") == [(900, 1), (901, 2)]
    assert room.rows("SELECT * FROM letters") == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"kind,title\nsell,x\n", "category, contact"),
        (b"", "kind, category, title, contact"),
        ("kind,category,title,contact\n".encode("utf-16"), "UTF-8"),
        (b'kind,category,title,contact\nsell,auto,"x', "unexpected end of data"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, why: str) -> None:
    """With what it lacks."""
    with pytest.raises(sheet.SheetError, match=why):
        sheet.survey(content)


async def exported(admin: Person, telegram: Telegram) -> list[dict[str, str]]:
    """Ask for the sheet and read it."""
    before = newest_of(admin)
    admin.send("/export ads")

    def files() -> list[dict[str, object]]:
        return [
            one
            for one in admin.messages
            if one["message_id"] > before and one.get("document", {}).get("file_name") == "ads.csv"
        ]

    await admin.wait(files, PATIENCE)
    return rows_of(telegram.document(files()[-1]))


async def scrolled(person: Person, query: str) -> list[str]:
    """The numbers of all ads that inline mode brings, page by page."""
    person.bot.inline.on = True
    found, offset = list[str](), ""
    while True:
        asked = person.ask_inline(query, offset)
        some = await person.results(asked)
        found += [one["id"] for one in some]
        offset = (person.inline_answer(asked) or {})["next_offset"]
        assert len(some) == 50 if offset else len(some) <= 50
        if not offset:
            return found


async def test_a_channel_moves_in(bot: Bot, telegram: Telegram) -> None:
    """A kill in the midst of an import; each row once, found and shown, its post its own; and it comes out as a row."""
    admin, channel = await open_bazaar(bot, telegram)
    anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
    await told(boris, "/start")
    await give_car(anna, [PICTURE])
    await seen(admin, "Эълон №1\n")
    await pressed(admin, "✅ Чоп этиш")
    (post,) = await posted(channel, f"{CARD} №1")
    await told(boris, "/start ad_1", "🚗")
    photo = next(one for one in boris.messages if "photo" in one)["photo"][-1]["file_id"]
    (row,) = await exported(admin, telegram)
    assert list(row) == list(sheet.COLUMNS)
    assert row["message_id"] == str(post["message_id"])
    assert (row["id"], row["state"], row["user_id"], row["price"]) == ("1", "published", "1001", "7000")
    count = 400
    lines = [
        f"sell,auto,Matiz {n},@anna_v,2010,келишилади,,1002,{photo if n == 1 else ''},{n + 5000}" for n in range(count)
    ]
    content = "\n".join([HEAD, *lines, "sell,auto,,@anna_v,,,,,,"]).encode()
    before = newest_of(boris)
    downloads = telegram.count("download")
    admin.send_file("ads.csv", content, caption="/import")
    await telegram.wait(lambda: telegram.count("download") > downloads, PATIENCE)
    saves = telegram.count("editMessageMedia")
    await telegram.wait(lambda: telegram.count("editMessageMedia") > saves + 1, PATIENCE)
    await bot.kill()
    await bot.start(**SETTINGS)
    await seen(admin, f"Импорт: принято {count}, отклонено 1.\nСтрока {count + 2}: Название")
    # The process that was killed may have told the same before all of it was stored.
    await telegram.wait(lambda: stored(telegram)["counts"]["ads"] == count + 1, PATIENCE)
    assert (await told(boris, "/search matiz")).startswith(
        f"🔎 matiz: {count} та эълон, 1/{count // 5}\n\n№{count + 1} Matiz {count - 1}"
    )
    assert [one["text"] for one in boris.messages if one["message_id"] > before and "text" in one][:1] == [
        "/search matiz"
    ]
    await told(boris, "/start ad_3", "🚗 Matiz 1 сотилади!")
    assert await scrolled(boris, "matiz") == [str(n) for n in range(count + 1, 1, -1)]
    rows = await exported(admin, telegram)
    assert [one["title"] for one in rows] == ["Lacetti", *(f"Matiz {n}" for n in range(count))]
    assert len({one["id"] for one in rows}) == count + 1
    assert rows[2]["photos"] == photo
    assert len(channel.messages) == 1
    admin.send_file("ads.csv", content, caption="/import")
    await seen(admin, f"Импорт: принято 0, отклонено {count + 1}.")


async def test_only_the_admin_has_sheets(bot: Bot, telegram: Telegram) -> None:
    """Anybody else's file is a file."""
    await open_bazaar(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    before = newest_of(anna)
    anna.send_file("ads.csv", HEAD.encode(), caption="/import")
    await anna.wait(lambda: anna.newest.startswith("Тушунмадим."), PATIENCE)
    assert before == 0
    assert (await told(anna, "/export ads")).startswith("Тушунмадим.")


async def test_a_photo_that_is_not_there_takes_one_slot(bot: Bot, telegram: Telegram) -> None:
    """Other ads of the import are posted anew, and all are found in inline mode."""
    admin, channel = await open_bazaar(bot, telegram, REPOST_INTERVAL="0.5")
    rows = ["sell,auto,Matiz,@anna_v,,,,,AgACAgIA,", "sell,auto,Tico,@anna_v,,,,,,"]
    admin.send_file("ads.csv", "\n".join([HEAD, *rows]).encode(), caption="/import")
    await seen(admin, "Импорт: принято 2, отклонено 0.")
    await bot.wait_line("Ad 1 cannot be posted anew")
    await channel.wait(lambda: any("Tico" in one.get("text", "") for one in channel.messages), PATIENCE)
    telegram.bot().inline.on = True
    asked = admin.ask_inline("")
    answer = await admin.wait(lambda: telegram.bot().inline.queries[asked].answer, PATIENCE)
    assert answer
    assert [(one["shown"]["id"], one["shown"]["type"]) for one in answer["results"]] == [
        ("2", "article"),
        ("1", "article"),
    ]
