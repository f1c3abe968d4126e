"""The calorie counter as a person meets it, with the bot killed in the midst of it."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories.harness import PATIENCE, restart, set_up, stored

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot
    from tests.stories.moment import Moment

ASK_NORM = "Сколько килокалорий в день ваша норма? Пришлите число, например 2000, или нажмите «Рассчитать»."
NORM = "Норма: 2000 ккал в день. Присылайте калории числом: 350. Или с названием: борщ 350."
NOT_UNDERSTOOD = "Не понял. Пришлите число, например 350, или с названием: борщ 350."
MAIN = [["Сегодня", "Неделя", "Месяц"], ["Отменить", "Продукты"], ["Настройки"]]


@pytest.fixture(autouse=True)
def at_noon(moment: Moment) -> None:
    """Nobody's day ends in the midst of a story: it is noon in Moscow, and no day of this computer's."""
    moment.pass_by(timedelta(days=1))
    moment.come(time(9))


@pytest.fixture
def bot(new_bot: NewBot) -> Bot:
    """The calorie counter, not started yet."""
    return new_bot(BOT="calories")


async def say(person: Person, text: str) -> str:
    """Send a text; the answer."""
    person.send(text)
    return await person.answer(timeout=PATIENCE)


async def begin(bot: Bot, telegram: Telegram) -> Person:
    """Anna, whose norm is 2000."""
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна", language_code="ru")
    assert await say(anna, "привет") == ASK_NORM
    anna.send("2000")
    await anna.wait(lambda: anna.newest.startswith("Где вы живёте?"), PATIENCE)
    assert anna.answers[-2:][0] == NORM
    assert anna.keyboard == MAIN
    return anna


STEPS = (
    ("350", "Осталось: 1650 ккал"),
    ("350,5", "Осталось: 1299,5 ккал"),
    ("борщ 200", "борщ: 200 ккал\nОсталось: 1099,5 ккал"),
    ("БОРЩ", "борщ: 200 ккал\nОсталось: 899,5 ккал"),
    ("борщ x1,5", "борщ: 300 ккал\nОсталось: 599,5 ккал"),
    ("-100", "Осталось: 699,5 ккал"),
    ("чай 50\n100", "чай: 50 ккал\n100 ккал\nОсталось: 549,5 ккал"),
    ("бег -49,5", "бег: -49,5 ккал\nОсталось: 599 ккал"),
    ("торт 999", "торт: 999 ккал\nПеребор: 400 ккал"),
    ("Отменить", "Отменено: торт 999\nОсталось: 599 ккал"),
    ("Undo", "Отменено: бег -49,5\nОсталось: 549,5 ккал"),
    ("пельмени", "Не знаю «пельмени». Пришлите вместе с числом: пельмени 350."),
    ("0", "Одна запись: от 1 до 20000 ккал."),
    ("???", NOT_UNDERSTOOD),
    ("100\n???", "Строка 2 непонятна, ничего не записано."),
    ("/nothing", NOT_UNDERSTOOD),
    ("/борщ 350", NOT_UNDERSTOOD),
    ("/tz localtime", "Не знаю такого пояса. Пример: /tz Europe/Berlin"),
    ("/norm", ASK_NORM),
    ("/delete_me", "Удалить все ваши записи и настройки?"),
    ("-1", "Осталось: 550,5 ккал"),
    ("Отменить", "Отменено: -1\nОсталось: 549,5 ккал"),
    ("/tz ../../etc/passwd", "Не знаю такого пояса. Пример: /tz Europe/Berlin"),
    ("/day 7", "Час от 0 до 6, например /day 4"),
    ("/day 4", "День начинается в 04:00."),
    ("/day 0", "День начинается в 00:00."),
    ("/remind 25:00", "Пример: /remind 20:00 или /remind off"),
    ("/remind 20:00", "Напомню в 20:00, если за день не будет записей."),
    ("/REMIND off", "Больше не напоминаю."),
    ("/forget ЧАЙ", "Забыл: чай."),
    ("/forget чай", "Не знаю «чай». Пришлите вместе с числом: чай 350."),
    ("/norm", ASK_NORM),
    ("много", "Норма: целое число от 500 до 10000."),
    ("2100", NORM.replace("2000", "2100")),
    ("/norm 2000", NORM),
    ("/start", NORM),
)
"""What is sent, and what comes back."""


async def test_a_day_of_entries_survives_kills(bot: Bot, telegram: Telegram, moment: Moment) -> None:
    """Each message counts once, whenever the process is killed."""
    anna = await begin(bot, telegram)
    for place, (text, answer) in enumerate(STEPS):
        before = len(anna.answers)
        anna.send(text)
        if place in (3, 9):
            await restart(bot, kill=True)
        await anna.wait(lambda: len(anna.answers) > before and anna.newest == answer, PATIENCE)  # noqa: B023
    today = await say(anna, "Today")
    assert today.splitlines()[0] == f"Сегодня, {moment.now:%d.%m}"
    assert today.splitlines()[-2:] == ["Всего: 1450,5 из 2000 ккал", "Осталось: 549,5 ккал"]
    await say(anna, "/language")
    assert await say(anna, "English") == "The bot speaks English now"
    assert await say(anna, "tea 10.5") == "tea: 10.5 kcal\nLeft: 539 kcal"


async def test_buttons_take_back_and_bring_back(bot: Bot, telegram: Telegram) -> None:
    """The answer itself changes; a food's button is an entry, an edited message corrects its own."""
    anna = await begin(bot, telegram)
    source = anna.send("борщ 350")
    await anna.wait(lambda: anna.newest == "борщ: 350 ккал\nОсталось: 1650 ккал", PATIENCE)
    anna.press("Отменить")
    await anna.wait(lambda: anna.newest == "Отменено: борщ 350\nОсталось: 2000 ккал", PATIENCE)
    await restart(bot, kill=True)
    anna.press("Вернуть")
    await anna.wait(lambda: anna.newest == "борщ: 350 ккал\nОсталось: 1650 ккал", PATIENCE)
    assert await say(anna, "Продукты") == "Ваши продукты:"
    anna.press("борщ 350")
    await anna.wait(lambda: anna.newest == "борщ: 350 ккал\nОсталось: 1300 ккал", PATIENCE)
    anna.edit(source, "борщ 400")
    await anna.wait(lambda: anna.newest == "Исправлено\nборщ: 400 ккал\nОсталось: 1250 ккал", PATIENCE)
    anna.edit(source, "абракадабра")
    await anna.wait(lambda: anna.newest.startswith("Не знаю «абракадабра»"), PATIENCE)
    assert await say(anna, "Отменить") == "Отменено: борщ 350\nОсталось: 1600 ккал"
    assert await say(anna, "Отменить") == "Отменено: борщ 400\nОсталось: 2000 ккал"
    assert await say(anna, "Отменить") == "Сегодня отменять нечего."


async def test_the_formula_asks_and_survives_a_kill(bot: Bot, telegram: Telegram) -> None:
    """Answers by number and by button; a wrong one repeats the question."""
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна", language_code="ru")
    assert await say(anna, "/start") == ASK_NORM
    assert await say(anna, "Рассчитать") == "Ваш пол?"
    anna.press("Мужской")
    await anna.wait(lambda: anna.newest == "Сколько вам лет? От 18 до 100.", PATIENCE)
    assert await say(anna, "17") == "Сколько вам лет? От 18 до 100."
    assert await say(anna, "30") == "Ваш рост в сантиметрах? От 120 до 230."
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)  # or his age is asked about again
    await restart(bot, kill=True)
    assert await say(anna, "180") == "Ваш вес в килограммах? От 30 до 300."
    assert await say(anna, "80,5") == "Сколько вы двигаетесь?"
    assert await say(anna, "сижу почти весь день") == "Чего хотите?"
    anna.press("Держать вес")
    # 805 + 1125 - 150 + 5 = 1785; by 1.2 2142.
    told = "Обмен покоя: 1785 ккал, с движением: 2142 ккал.\n" + NORM.replace("2000", "2140")
    await anna.wait(lambda: told in anna.answers, PATIENCE)
    await anna.wait(lambda: anna.newest.startswith("Где вы живёте?"), PATIENCE)
    anna.press("Берлин")
    await anna.wait(lambda: anna.newest.startswith("Часовой пояс: Europe/Berlin, сейчас "), PATIENCE)
    anna.location(35.68, 139.69)
    await anna.wait(lambda: anna.newest.startswith("Часовой пояс: Asia/Tokyo, сейчас "), PATIENCE)
    assert "35.68" not in json.dumps(stored(telegram))


async def test_days_weeks_and_files(bot: Bot, telegram: Telegram, moment: Moment) -> None:
    """By the message's date; what a person deletes is gone."""
    admin_chat = telegram.person(1)
    anna = await begin(bot, telegram)
    assert await say(anna, "Неделя") == "За неделю записей нет."
    await say(anna, "борщ 1800")
    moment.pass_by(timedelta(days=1))
    await say(anna, "=пусто=")
    assert await say(anna, "500,5") == "Осталось: 1499,5 ккал"
    anna.send("Неделя")
    caption = await anna.wait(lambda: newest_caption(anna), PATIENCE)
    lines = caption.splitlines()
    assert lines[0].startswith("Неделя: ")
    assert lines[-3].endswith(": 500,5")
    assert lines[-4].endswith(": 1800")
    assert lines[-2:] == ["В среднем: 1150 ккал", "В норме: 2 из 2 дней"]
    assert lines[1].endswith(": —")
    anna.send("/mydata")
    await anna.wait(lambda: files(anna), PATIENCE)
    rows = telegram.document(files(anna)[-1]).decode().split("\r\n")
    assert rows[0] == "date,time,label,kcal"
    assert [row.split(",", 2)[2] for row in rows[1:3]] == ["борщ,1800", ",500.5"]
    assert await say(anna, "/delete_me") == "Удалить все ваши записи и настройки?"
    anna.press("Удалить всё")
    await anna.wait(lambda: anna.newest.startswith("Ваши данные удалены."), PATIENCE)
    assert anna.keyboard == []
    assert await say(anna, "350") == ASK_NORM
    await bot.stop()
    assert stored(telegram)["bot"] == "calories"
    assert [row for row in stored(telegram)["tables"]["entries"]["rows"] if row] == []
    assert "борщ" not in bot.output
    assert admin_chat.pinned is not None


def newest_caption(person: Person) -> str:
    """The words below the newest picture."""
    return next((one["caption"] for one in reversed(person.messages) if "photo" in one and "caption" in one), "")


def files(person: Person) -> list[Any]:
    """Messages of the bot with a file."""
    return [one for one in person.messages if "document" in one]


async def test_a_wrong_zone_is_a_wrong_setting(bot: Bot) -> None:
    """One line, status 2."""
    await bot.start(DEFAULT_TIMEZONE="Mars/Olympus")
    assert await bot.wait() == 2
    expected = "the time zone of people who have not told theirs, an IANA name such as Europe/Moscow"
    assert bot.lines == [f"DEFAULT_TIMEZONE is wrong: expected {expected}."]


async def test_a_reminder_comes_once(bot: Bot, telegram: Telegram, moment: Moment) -> None:
    """When nothing was noted that day, in the minute in which it was asked for too; not again after a kill."""
    anna, reminder = await begin(bot, telegram), "Сегодня ещё нет записей."
    await say(anna, "/tz UTC")
    moment.come(time(20, 0, 59))
    anna.send("/remind 20:00")
    await anna.wait(lambda: anna.newest == reminder, PATIENCE)
    assert "Напомню в 20:00, если за день не будет записей." in anna.answers
    await restart(bot, kill=True)
    await say(anna, "/today")
    assert anna.answers.count(reminder) == 1
    moment.come(time(20))
    await anna.wait(lambda: anna.answers.count(reminder) == 2, PATIENCE)


async def test_settings_the_month_and_what_the_admin_sees(bot: Bot, telegram: Telegram) -> None:
    """Settings change in place; the month is a picture; the admin reads two lines; a group hears nothing."""
    anna = await begin(bot, telegram)
    group = telegram.group(-5, "Обед", (anna,))
    for text in ("350", "/today", "/norm 1500"):
        group.send(anna, text)
    assert await say(anna, "Месяц") == "За месяц записей нет."
    await say(anna, "Настройки")
    anna.press("День с 00:00")
    await anna.wait(lambda: "День с 01:00" in json.dumps(anna.messages, ensure_ascii=False), PATIENCE)
    await say(anna, "борщ 1800")  # not before: in the first hour after midnight it would belong to another day
    anna.send("Month")
    caption = await anna.wait(lambda: newest_caption(anna), PATIENCE)
    lines = caption.splitlines()
    assert lines[0].startswith("Месяц: ")
    assert lines[1:] == ["Дней с записями: 1", "В среднем: 1800 ккал", "В норме: 1 из 1 дней"]
    admin = telegram.person(1)
    admin.send("/stats")
    await admin.wait(
        lambda: (
            {"Людей: 1", "Записей сегодня: 1"} <= set(newest_caption(admin).splitlines() + admin.newest.splitlines())
        ),
        PATIENCE,
    )
    assert group.answers == []
