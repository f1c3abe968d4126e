"""What Anna sends and what she is told, turn by turn, without a network between."""

from __future__ import annotations

import pytest

from bots.calories.days import CITIES
from bots.calories.foods import MOST_FOODS
from tests.bots.calories.room import Room

ASK_NORM = "Сколько килокалорий в день ваша норма? Пришлите число, например 2000, или нажмите «Рассчитать»."
BAD_NORM = "Норма: целое число от 500 до 10000."
NORM = "Норма: 2000 ккал в день. Присылайте калории числом: 350. Или с названием: борщ 350."
ASK_ZONE = "Где вы живёте? Выберите город, пришлите место или напишите, например, /tz Europe/Berlin."
NOT_UNDERSTOOD = "Не понял. Пришлите число, например 350, или с названием: борщ 350."
RANGE = "Одна запись: от 1 до 20000 ккал."
HOUR = 3600


def unknown(name: str) -> str:
    """A food that nobody knows."""
    return f"Не знаю «{name}». Пришлите вместе с числом: {name} 350."


@pytest.mark.parametrize("first", ["350", "2000", "/start", "/language", "Рассчитать", "English", "/delete_me", None])
def test_a_newcomer_is_asked_for_his_norm(first: str | None) -> None:
    """Whatever he sends, and for ever."""
    room = Room(norm=0)
    assert room.say(first) == [ASK_NORM]
    room.now += 1000 * HOUR
    for wrong in ("много", "499", "/today", "Сегодня", None):
        assert room.say(wrong) == [BAD_NORM]
    assert room.say("2000 ккал") == [NORM, ASK_ZONE]
    assert room.say("1800") == ["Осталось: 200 ккал"]


@pytest.mark.parametrize("first", ["/norm 2000", "/tz Europe/Berlin", "/language"])
def test_some_commands_say_something_before_the_norm(first: str) -> None:
    """The number that follows is the norm all the same."""
    room = Room(norm=0)
    room.say("привет")
    assert room.say(first) != [BAD_NORM]
    assert NORM in room.say("2000") or first == "/norm 2000"


def test_a_question_is_open_for_ten_minutes() -> None:
    """And closed by any label or command; then a number is an entry again."""
    room = Room()
    assert room.say("/norm") == [ASK_NORM]
    room.now += 601
    assert room.say("1500") == ["Осталось: 500 ккал"]
    room.say("/norm")
    room.say("Сегодня")
    assert room.say("100") == ["Осталось: 400 ккал"]
    assert room.say("Рассчитать") == ["Ваш пол?"]
    assert room.tap("Женский") == ["Сколько вам лет? От 18 до 100."]
    room.say("/help")
    assert room.say("30") == ["Осталось: 370 ккал"]


def test_without_a_norm_the_formula_closes_to_the_first_question() -> None:
    """Which is open for ever."""
    room = Room(norm=0)
    room.say("/start")
    room.say("Рассчитать")
    room.now += 601
    assert room.say("2000") == [NORM, ASK_ZONE]
    room = Room(norm=0)
    room.say("/start")
    room.say("Рассчитать")
    assert room.say("/today") == [ASK_NORM]
    assert room.say("2000") == [NORM, ASK_ZONE]


TALKS = (
    ("a food of a line before", "борщ 350\nборщ", "борщ: 350 ккал\nборщ: 350 ккал\nОсталось: 1300 ккал"),
    ("so many times", "борщ 100\nборщ x2,5", "борщ: 100 ккал\nборщ: 250 ккал\nОсталось: 1650 ккал"),
    ("an empty line counts", "100\n\n???", "Строка 3 непонятна, ничего не записано."),
    ("two decimals", "борщ x1,25", NOT_UNDERSTOOD),
    ("too much of it", "слон 20000\nслон x2", "Строка 2 непонятна, ничего не записано."),
    ("other digits", "٣٥٠", NOT_UNDERSTOOD),
    ("no number", "1e9", unknown("1e9")),
    ("too long", "а" * 4000, NOT_UNDERSTOOD),
    ("too little", "0,9", RANGE),
    ("no text", None, NOT_UNDERSTOOD),
    ("a slash", "/", NOT_UNDERSTOOD),
    ("marks that turn a line", "\u202eсуп\u202c 50", "суп: 50 ккал\nОсталось: 1950 ккал"),
    ("a forgotten name", "/forget", NOT_UNDERSTOOD),
    ("an unknown name", "/forget " + "щ" * 99, unknown("щ" * 40)),
    ("an hour", "/day 12", "Час от 0 до 6, например /day 4"),
)


@pytest.mark.parametrize(("sent", "told"), [talk[1:] for talk in TALKS], ids=[talk[0] for talk in TALKS])
def test_a_message_is_answered(sent: str | None, told: str) -> None:
    """By a person who has noted nothing yet; what is refused leaves nothing behind."""
    room = Room()
    assert room.say(sent) == [told]
    assert (room.rows("entries") > 0) == ("Осталось" in told)
    assert room.rows("foods") == ("Осталось" in told)


def test_what_was_taken_back_stays_so_when_it_is_corrected() -> None:
    """Until it is brought back, as it is then."""
    room = Room()
    room.say("борщ 350")
    source = room.message
    room.tap("Отменить")
    assert room.edit(source, "борщ 400\n100") == ["Исправлено\nОтменено: борщ 400, 100\nОсталось: 2000 ккал"]
    assert room.tap("Вернуть") == ["борщ: 400 ккал\n100 ккал\nОсталось: 1500 ккал"]
    assert room.edit(source, "") == [NOT_UNDERSTOOD]
    assert room.edit(source + 1, "100") == []


def test_a_button_eats_the_food_that_it_names() -> None:
    """Not one that has got the number of a food that was forgotten."""
    room = Room()
    room.say("борщ 350")
    room.say("Продукты")
    stale = room.buttons["борщ 350"]
    assert room.press(stale) == ["борщ: 350 ккал\nОсталось: 1300 ккал"]
    room.say("/forget БОРЩ")
    room.say("торт 900")
    assert room.press(stale) == ["Ваши продукты:"]
    assert list(room.buttons) == ["торт 900"]
    assert room.rows("entries") == 3


def test_five_hundred_foods_are_remembered() -> None:
    """The one longest unused goes; twelve are shown, those last used."""
    room = Room()
    for number in range(MOST_FOODS):
        room.say(f"еда №{number} {number + 1}")
    room.say("еда №0")
    room.say("новая 5")
    assert room.rows("foods") == MOST_FOODS
    assert room.say("еда №1") == [unknown("еда №1")]
    assert "еда №0: 1 ккал" in room.say("еда №0")[0]
    room.say("Продукты")
    assert list(room.buttons)[:3] == ["еда №0 1", "новая 5", "еда №499 500"]
    assert len(room.buttons) == 12


def test_settings_are_changed_by_buttons() -> None:
    """In place, or by a question."""
    room = Room()
    assert room.say("Настройки") == ["Настройки"]
    assert list(room.buttons) == ["Норма: 2000", "Пояс: Europe/Moscow", "День с 00:00", "Напоминание: нет"]
    for hour in (1, 2, 3, 4, 5, 6, 0):
        room.press("set:day")
        assert f"День с {hour:02}:00" in room.buttons
    room.say("/remind 9:05")
    room.say("/settings")
    assert room.tap("Напоминание: 09:05") == ["Пример: /remind 20:00 или /remind off"]
    assert room.tap("Пояс: Europe/Moscow") == [ASK_ZONE]
    assert list(room.buttons) == list(CITIES)
    assert room.tap("Нью-Йорк") == ["Часовой пояс: America/New_York, сейчас 04:00."]
    room.say("/settings")
    assert room.tap("Норма: 2000") == [ASK_NORM]
    assert room.say("1800") == [NORM.replace("2000", "1800")]


@pytest.mark.parametrize("late", [0, 3599, 3601])
def test_a_reminder_may_be_an_hour_late(late: int) -> None:
    """Then it is left out; it comes once a day, and not on a day with entries."""
    room = Room()
    room.say("/remind 20:00")
    room.now += 8 * HOUR - 1
    assert room.remind() == []
    room.now += 1 + late
    assert room.remind() == ["Сегодня ещё нет записей."] * (late <= 3600)
    assert room.remind() == []
    room.now += 23 * HOUR - late
    room.say("100")
    room.now += HOUR
    assert room.remind() == []


def test_the_minute_on_the_clock_is_not_over_yet() -> None:
    """Somebody who asks at 20:00:59 for 20:00 is reminded at once; asked for again that day it does not come again."""
    room = Room()
    room.now += 8 * HOUR + 59
    room.say("/remind 20:00")
    assert room.remind() == ["Сегодня ещё нет записей."]
    room.say("/remind 20:00")
    assert room.remind() == []
    room.now += 1
    room.say("/remind 20:00")
    room.now += 24 * HOUR - 61
    assert room.remind() == []
    room.now += 1
    assert len(room.remind()) == 1


def test_a_day_is_reminded_of_once_wherever_one_travels() -> None:
    """Somebody who flies west lives the same evening again."""
    room = Room()
    room.say("/remind 20:00")
    room.now += 8 * HOUR
    assert len(room.remind()) == 1
    room.say("/tz America/New_York")
    room.now += 9 * HOUR
    assert room.remind() == []
    room.now += 24 * HOUR
    assert len(room.remind()) == 1


def test_the_file_has_all_that_counts() -> None:
    """Oldest first, on the days that they belong to, quoted as RFC 4180 has it; it goes with its person."""
    room = Room()
    room.say('суп "дня", острый 350,5')
    room.now += 13 * HOUR
    room.say("/day 4")
    room.say("-100")
    room.say("7")
    room.tap("Отменить")
    assert room.say("/mydata") == [
        'date,time,label,kcal\r\n2027-01-15,12:00,"суп ""дня"", острый",350.5\r\n2027-01-15,01:00,,-100\r\n'
    ]
    room.say("/delete_me")
    room.tap("Удалить всё")
    assert [room.rows(name) for name in ("people", "entries", "foods")] == [0, 0, 0]
    assert room.say("350") == [ASK_NORM]


def test_the_last_fifty_are_shown() -> None:
    """In the order of the messages, what a button has noted among them."""
    room = Room()
    room.say("борщ 1")
    room.say("Продукты")
    for _ in range(25):
        room.tap("борщ 1")
        room.say("Продукты")
        room.now += 1
        room.say("2")
        room.say("Продукты")
    (told,) = room.say("/today")
    lines = told.splitlines()
    assert lines[:2] == ["Сегодня, 15.01", "…"]
    assert lines[2:6] == ["12:00 борщ 1", "12:00 2", "12:00 борщ 1", "12:00 2"]
    assert lines[-2:] == ["Всего: 76 из 2000 ккал", "Осталось: 1924 ккал"]
    assert len(lines) == 54


@pytest.mark.parametrize(
    ("tag", "answer", "others"),
    [
        ("en-GB", "soup: 350.5 kcal\nLeft: 1649.5 kcal", ("Сегодня", "Bugun")),
        ("ru", "soup: 350,5 ккал\nОсталось: 1649,5 ккал", ("Today", "Bugun")),
        ("uz", "soup: 350,5 kkal\nQoldi: 1649,5 kkal", ("Today", "Сегодня")),
    ],
)
def test_everybody_is_answered_in_his_language(tag: str, answer: str, others: tuple[str, str]) -> None:
    """And understands the buttons of all."""
    room = Room(tag=tag)
    assert room.say("soup 350.5") == [answer]
    assert len({*room.say("/today"), *room.say(others[0]), *room.say(others[1])}) == 1
    room.say("/language")
    assert room.say("English") == ["The bot speaks English now"]
    assert room.say("-0.5") == ["One entry: from 1 to 20000 kcal."]
