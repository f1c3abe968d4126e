"""Reading: categories and pages, searching, subscriptions, inline mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bots.bazaar import ads, posts
from bots.bazaar.ads import Ad, Photo
from bots.bazaar.letters import folded, latin
from tests.bots.bazaar.room import NOW, Room
from tests.bots.bazaar.stage import CARD, give_car, open_bazaar, pressed, seen, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

WORDS = {
    "Lacetti": "лачетти",
    "Nexia": "нексия",
    "Cobalt": "кобальт",
    "qo'y": "қўй",
    "gisht": "ғишт",
    "xovli": "ҳовли",
    "yer": "ер",
}


@pytest.mark.parametrize("word", WORDS)
def test_words_are_the_same_in_other_letters(word: str) -> None:
    """Whoever writes them, and however."""
    assert folded(word) == folded(WORDS[word].upper())


def test_latin_letters() -> None:
    """As they are written since 1995."""
    said = "Эълон ЧОП Юбориш ерга еса ўғил қаҳва ШАРТЛАР Шарт цирк подъезд"
    assert latin(said) == "Eʼlon CHOP Yuborish yerga yesa oʻgʻil qahva SHARTLAR Shart sirk podʼezd"


def publish(room: Room, number: int, **about: object) -> None:
    """An ad that stands in the channel."""
    values = {"kind": "sell", "category": "phones", "title": f"Нарса {number}", "contact": "@anna_v", **about}
    ad = Ad(number=number, owner=7, **values)  # type: ignore[arg-type]
    room.act(9, lambda visit: posts.published(visit.tables, ad, [100 + number], NOW * 1000 + number))


def test_pages_of_a_category() -> None:
    """Newest first, five on a page; the bell, and back to the categories."""
    room = Room()
    for number in range(1, 8):
        publish(room, number, price=7000 if number == 7 else None, currency="$")
    assert room.say(5, "Эълонларни кўрмоқчиман") == ["Қайси турдаги эълонларни кўрмоқчисиз?"]
    assert room.keyboard[-2:] == ["📱 Телефон (7)", "🛠 Хизмат ва таклифлар (0)"]
    assert room.press(5, room.data["🛠 Хизмат ва таклифлар (0)"] or "") == ["🛠 Хизмат ва таклифлар: ҳозирча эълон йўқ"]
    (text,) = room.press(5, "read:phones:1")
    assert text.splitlines()[:4] == ["📱 Телефон: 7 та эълон, 1/2", "", "№7 Нарса 7 - 7000 $", "№6 Нарса 6"]
    assert room.keyboard == ["№7", "№6", "№5", "№4", "№3", "➡️", "🔔 Обуна бўлиш", "↩️ Турлар"]
    assert room.press(5, room.data["➡️"])[0].endswith("2/2\n\n№2 Нарса 2\n№1 Нарса 1")
    assert room.keyboard == ["№2", "№1", "⬅️", "🔔 Обуна бўлиш", "↩️ Турлар"]
    assert room.press(5, room.data["№2"])[0].startswith("📱 Нарса 2 сотилади!\n")
    room.press(5, "sub:phones:2")
    assert room.visit
    assert room.visit.alert == "Обуна бўлдингиз: 📱 Телефон"
    assert "🔕 Обунадан чиқиш" in room.keyboard
    assert room.say(5, "🔔 Обуналарим") == ["Обуналарингиз:"]
    assert room.press(5, room.data["🔕 📱 Телефон"]) == ["Сизда обуна йўқ."]
    assert room.press(5, "read") == ["Қайси турдаги эълонларни кўрмоқчисиз?"]
    room.press(5, "show:99")
    assert (room.visit.alert, room.visit.is_alert) == ("Бу эълон энди йўқ.", True)
    assert room.say(5, "/start ad_99") == ["Бу эълон энди йўқ."]


def test_searching() -> None:
    """By the beginnings of words in whatever letters; asked for, or at once; pages keep the query."""
    room = Room()
    publish(room, 1, title="Лачетти оқ", description="Коробка: автомат")
    publish(room, 2, title="Nexia 2", place="Қўқон")
    for number in range(3, 9):
        publish(room, number, title=f"Чевроле {number}", category="auto")
    assert room.say(5, "🔎 Қидирув") == ["Нима қидиряпсиз?"]
    assert room.say(5, "lacet OQ") == ["🔎 lacet OQ: 1 та эълон, 1/1\n\n№1 Лачетти оқ"]
    assert room.say(5, "/search qo'qon")[0].startswith("🔎 qo'qon: 1 та эълон")
    assert room.say(5, "/search воқ") == ["🔎 воқ: ҳеч нарса топилмади."]
    assert room.say(5, "/search ???") == ["🔎 ???: ҳеч нарса топилмади."]
    assert room.say(5, "/search chevrole")[0].startswith("🔎 chevrole: 6 та эълон, 1/2\n\n№8 Чевроле 8\n")
    on = room.data["➡️"]
    room.say(5, "/search avto")
    assert room.press(5, on) == ["🔎 chevrole: 6 та эълон, 2/2\n\n№3 Чевроле 3"]
    room.say(5, "🔎 Қидирув")
    assert room.say(5, "Менюга қайтиш")[0].startswith("МЕНЮ")
    assert room.say(5, "нексия")[0].startswith("Тушунмадим.")


async def test_readers_hear_and_find(bot: Bot, telegram: Telegram) -> None:
    """A subscriber hears of a new ad once, opens it by its link, and finds it in any chat."""
    admin, channel = await open_bazaar(bot, telegram)
    anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
    await told(boris, "Эълонларни кўрмоқчиман", "Қайси")
    await pressed(boris, "🚗 Авто-улов (0)")
    assert await pressed(boris, "🔔 Обуна бўлиш") == "Обуна бўлдингиз: 🚗 Авто-улов"
    await give_car(anna)
    await seen(admin, "Эълон №1\n")
    await pressed(admin, "✅ Чоп этиш")
    assert await seen(boris, "🔔 🚗 Авто-улов") == f"🔔 🚗 Авто-улов\n\n{CARD} №1"
    assert await told(boris, "/start ad_1") == f"{CARD} №1"
    assert "photo" not in channel.messages[0]
    telegram.bot().inline.on = True
    for query, ids in (("лачет", ["1"]), ("", ["1"]), ("йўқ нарса", [])):
        asked = boris.ask_inline(query)
        answer = await boris.wait(lambda: telegram.bot().inline.queries[asked].answer, PATIENCE)  # noqa: B023
        assert answer
        assert [one["shown"]["id"] for one in answer["results"]] == ids
        assert (answer["button"] is None) is bool(ids)


def test_photos_of_an_import_are_kept() -> None:
    """A row is what was put there."""
    room = Room()
    publish(room, 1, photos=(Photo("AgAC", ""), Photo("AgAD", "u")))
    found = room.act(9, lambda visit: ads.find(visit.tables, 1))
    assert found
    assert found.photos == (Photo("AgAC", ""), Photo("AgAD", "u"))
