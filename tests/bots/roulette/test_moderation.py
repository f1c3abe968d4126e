"""Reports and what comes of them: cards, bans, appeals; and how somebody's data go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bots.roulette import bans, moderation
from bots.roulette.acts import Act, Card
from bots.roulette.forgetting import clear
from bots.roulette.tables import TABLES
from tests.bots.roulette.room import Room
from tests.bots.roulette.stage import (
    FIND,
    FOUND,
    IDLE,
    LEFT,
    READY,
    REPORT,
    SEARCH,
    TALKING,
    got,
    newcomer,
    pair,
    passed,
    press,
    until,
    until_told,
)
from tests.bots.roulette.test_inputs import RULES
from tests.stories.harness import restart, say, set_up

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

REPORTED = "Жалоба отправлена. Вы больше не встретитесь."
APART = "Вы больше не встретитесь."
BANNED_FOR_EVER = "Вы заблокированы навсегда. Причина: {}. Если это ошибка, напишите /appeal и почему."
UNBANNED = "Бан снят. Пожалуйста, соблюдайте правила."
DAY = 86_400


def buttons(admin: Person) -> list[str]:
    """Those of the newest card."""
    card = [one for one in admin.messages if one.get("text", "").startswith(("Жалоба", "Апелляция"))][-1]
    rows = card.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def test_a_report_is_decided(new_bot: NewBot, telegram: Telegram) -> None:
    """Card, the reported messages as the reporter saw them, ban, appeal, and the ban is lifted; a kill between."""
    bot = new_bot(BOT="roulette")
    admin = await set_up(bot, telegram)
    anna, boris = await newcomer(telegram, 1001), await newcomer(telegram, 1002)
    await pair(anna, boris)
    deleted = boris.send("Раз")
    boris.photo(caption="Два")
    await until(anna, lambda: got(anna) == ["Раз", "Два"])
    boris.delete(deleted)
    assert await say(anna, REPORT) == "На что жалуетесь?"
    await restart(bot, kill=True)
    assert await press(anna, "Оскорбления") == REPORTED
    await until_told(boris, LEFT)
    assert (anna.keyboard, boris.keyboard) == (IDLE, IDLE)
    card = "Жалоба №1: Оскорбления\nНа кого: 1002, жалоб от разных людей за сутки: 1\nОт кого: 1001"
    await until_told(admin, card)
    assert buttons(admin) == ["Показать", "Бан 1 день", "Бан 7 дней", "Бан навсегда", "Отклонить"]
    admin.press("Показать")
    await until(admin, lambda: got(admin)[-2:] == ["Раз", "Два"])
    assert await press(boris, "Мне 18, правила принимаю") == READY
    assert await say(boris, FIND) == SEARCH
    admin.press("Бан навсегда")
    await until_told(boris, BANNED_FOR_EVER.format("Оскорбления"))
    await until(admin, lambda: f"{card}\nРешение: бан навсегда" in admin.answers)
    assert buttons(admin) == ["Снять бан"]
    assert await say(boris, FIND) == BANNED_FOR_EVER.format("Оскорбления")
    assert await say(boris, "/appeal Это не я") == "Апелляция отправлена модератору."
    await until_told(admin, "Апелляция: 1002\nЭто не я")
    admin.press("Снять бан", next(one for one in admin.messages if one.get("text", "").startswith("Апелляция")))
    await until_told(boris, UNBANNED)
    await until(admin, lambda: "Апелляция: 1002\nЭто не я\nРешение: бан снят" in admin.answers)
    assert await say(boris, FIND) == SEARCH
    assert await say(anna, FIND) == SEARCH  # they never meet again


async def test_the_moderators_commands(new_bot: NewBot, telegram: Telegram) -> None:
    """/ban and /unban by id, lines of /stats; all of it told to whom it concerns."""
    bot = new_bot(BOT="roulette")
    admin = await set_up(bot, telegram)
    anna, boris = await newcomer(telegram, 1001), await newcomer(telegram, 1002)
    await pair(anna, boris)
    assert await say(admin, "/ban 1002") == "1002: бан навсегда."
    await until_told(boris, BANNED_FOR_EVER.format("решение модератора"))
    await until_told(anna, LEFT)
    assert await say(admin, "/unban 1002") == "1002: бан снят."
    await until_told(boris, UNBANNED)
    assert await say(admin, "/unban 1002") == "1002: не забанен."
    assert await say(admin, "/ban") == "Напишите номер после /ban, например /ban 1234567."
    admin.send("/stats")
    lines = ("Людей: 2", "Ищут: 0", "Чатов: 0", "Жалоб без решения: 0")
    await until(admin, lambda: any(all(line in str(one) for line in lines) for one in admin.messages))
    assert passed(anna) == passed(boris) == []


def told_by(room: Room) -> list[Card]:
    """The cards that the last act has brought."""
    return [one for one in room.effects if isinstance(one, Card)]


def chat(room: Room, one: int, other: int) -> int:
    """Two talk, the second one writes; the number of their chat."""
    room.say(one, "/find")
    assert room.say(other, "/find") == [FOUND]
    room.say(other, "Привет")
    room.deliver()
    return room.rows("SELECT chat FROM pairs WHERE a = ? OR b = ?", one, one)[0][0]


def report(room: Room, who: int, number: int, reason: int = 0) -> list[str]:
    """Press a reason."""
    return room.press(who, f"report:{number}:{reason}")


def crowd(*people: int) -> Room:
    """People who have accepted."""
    room = Room()
    for person in people:
        room.newcomer(person)
    return room


def test_reports_of_three_ban_for_a_day() -> None:
    """Different people within a day; the ban ends by itself, and an appeal is taken once."""
    room = crowd(1, 2, 3, 4, 9)
    for person in (1, 2, 3):
        number = chat(room, person, 9)
        assert report(room, person, number) == [REPORTED]
        assert report(room, person, number) == [REPORTED]
        assert told_by(room) == []  # one card a chat
        room.now += 60
    assert room.rows("SELECT person FROM bans") == [(9,)]
    (text,) = room.say(9, "/find")
    assert re.fullmatch(r"Вы заблокированы до \d\d\.01\.2027 \d\d:\d\d UTC\. Причина: Реклама\. Если .*", text)
    assert room.say(9, "/rules") == [RULES]
    assert room.say(9, "/appeal") == ["Напишите причину после /appeal одним сообщением."]
    assert room.say(9, "/appeal why") == ["Апелляция отправлена модератору."]
    assert room.say(9, "/appeal why") == ["Апелляция уже отправлена."]
    room.act(lambda act: moderation.answer_appeal(act, 9, "stay"))
    assert room.told(9) == ["Апелляция отклонена."]
    room.now += DAY
    assert room.say(9, "/find") == [SEARCH]


def test_what_a_report_needs() -> None:
    """A chat of one's own, which ended a day ago at most; nothing written, no card; just apart, no end."""
    room = crowd(1, 2, 3)
    assert report(room, 1, 0) == report(room, 1, 7) == ["Жаловаться не на кого."]
    number = chat(room, 1, 2)
    assert report(room, 3, number) == ["Жаловаться не на кого."]
    assert (report(room, 1, number, 5), room.keyboard(1), told_by(room)) == ([APART], TALKING, [])
    assert (report(room, 2, number, 1), told_by(room), room.told(1)) == ([APART], [], [LEFT])
    assert report(room, 1, number, 2) == [REPORTED]
    assert len(told_by(room)) == 1
    room.now += DAY + 1
    assert report(room, 1, number, 2) == ["Жаловаться не на кого."]
    assert (room.say(1, "/find"), room.say(2, "/find")) == ([SEARCH], [SEARCH])


@pytest.mark.parametrize(("how", "days"), [("1", 1), ("7", 7), ("0", 10_000), ("no", 0)])
def test_decisions(how: str, days: int) -> None:
    """Each is for as long as it says; the report is decided, and only a ban can be taken back."""
    room = crowd(1, 2)
    report(room, 1, chat(room, 1, 2))
    found = room.act(lambda act: moderation.find(act, 1))
    assert found is not None
    assert found.seen == str(room.rows("SELECT copy FROM relays")[0][0])
    rows = room.act(lambda act: moderation.decide(act, found, how))
    assert list(rows) == (["card:1:lift"] if days else [])
    assert room.rows("SELECT is_open FROM reports") == [(0,)]
    room.now += days * DAY - 1
    assert (room.say(2, "/start") == [READY]) == (not days)
    room.now += 1
    assert (room.say(2, "/start") == [READY]) == (days < 10_000)


def test_data_are_deleted() -> None:
    """The id stands nowhere but in bans, reports and the wishes of others; the next message is a newcomer's."""
    room = crowd(1, 2, 3)
    number = chat(room, 1, 2)
    report(room, 1, number)
    room.say(2, "/find")
    room.say(3, "/find")
    room.say(2, "Привет")
    room.say(3, "Привет")
    room.deliver()
    assert room.say(2, "/delete_me") == ["Удалить все данные? Чат закончится, настройки пропадут."]
    assert room.press(2, "delete:no") == []
    assert room.press(2, "delete:yes") == ["Ваши данные удалены. Из резервных копий они уйдут за 7 дней."]
    assert room.told(3) == [LEFT]
    left = {name for name in (table.name for table in TABLES) if 2 in values_of(room, name)}
    assert left <= {"reports", "apart", "counters"}
    assert room.rows("SELECT who FROM apart WHERE whom = 2") == [(1,)]
    assert room.rows("SELECT who FROM apart WHERE who = 2") == []
    assert room.say(2, "/find") == [RULES]


def values_of(room: Room, table: str) -> list[int]:
    """All values of a table."""
    return [value for row in room.rows(f"SELECT * FROM {table}") for value in row]  # noqa: S608 - a name of ours


def test_a_ban_outlives_its_person() -> None:
    """Who deletes his data is banned afterwards as well."""
    room = crowd(1)
    room.act(lambda act: bans.ban(act, 1, 0, 6))
    room.say(1, "/delete_me")
    room.press(1, "delete:yes")
    assert room.rows("SELECT count(*) FROM people") == [(0,)]
    assert room.say(1, "/start") == [BANNED_FOR_EVER.format("решение модератора")]


def test_what_is_old_is_forgotten() -> None:
    """Maps of ended chats after two days, what a report shows after thirty; not what is still needed."""
    room = crowd(1, 2, 3, 4)
    report(room, 1, chat(room, 1, 2))
    chat(room, 3, 4)
    room.now += 3 * DAY
    room.act(clear)
    assert [row[0] for row in room.rows("SELECT DISTINCT sender FROM relays")] == [4]
    assert room.rows("SELECT seen <> '' FROM reports") == [(1,)]
    room.now += 30 * DAY
    room.act(clear)
    assert room.rows("SELECT seen <> '' FROM reports") == [(0,)]


def test_a_rejected_report_takes_its_own_ban_back() -> None:
    """The one that came with it by itself; a ban that the moderator has given stays."""
    room = crowd(1, 2, 9)
    for person in (1, 2):
        room.press(person, f"report:{chat(room, person, 9)}:1", enough=2)
    assert room.rows("SELECT person FROM bans") == [(9,)]

    def decide(number: int, how: str) -> int:
        def work(act: Act) -> None:
            report_of = moderation.find(act, number)
            assert report_of is not None
            moderation.decide(act, report_of, how)

        room.act(work)
        return len(room.rows("SELECT person FROM bans"))

    assert decide(1, "no") == 1
    assert decide(2, "no") == 0
    assert room.told(9) == [UNBANNED]
    assert decide(2, "7") == 1
    assert decide(2, "no") == 1
