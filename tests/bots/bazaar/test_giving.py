"""Giving an ad: every kind and category by questions, what is accepted, photos, changes, limits."""

from __future__ import annotations

import pytest

from bots.bazaar import boards, drafts, questions, texts
from bots.bazaar.ads import CATEGORIES
from tests.bots.bazaar.room import NOW, Room

WRONG = "Маълумот нотўғри. Қайтадан юборинг."
ANSWERS = {
    "title": ("Нарса", "Нарса"),
    "year": ("2015", 2015),
    "mileage": ("35 000 км", 35_000),
    "rooms": ("3", 3),
    "area": ("64 м²", 64),
    "condition": ("яхши", "яхши"),
    "price": ("15 000 000 сўм", 15_000_000),
    "place": ("Фарғона", "Фарғона"),
    "description": ("Бир\nикки", "Бир\nикки"),
    "contact": ("93 123-45-67", "+998931234567"),
}
KINDS = [("sell", name) for name in CATEGORIES[:-1]] + [("buy", name) for name in CATEGORIES[:-1]]
KINDS.append(("service", "service"))
LABELS = {"sell": "Сотмоқчиман", "buy": "Олмоқчиман", "service": "Хизмат ва таклифлар"}


def begin(room: Room, kind: str, category: str, person: int = 5) -> list[str]:
    """Come to the first question."""
    room.say(person, "Эълон бермоқчиман")
    told = room.say(person, LABELS[kind])
    return told if kind == "service" else room.say(person, texts.CATEGORIES[category].text)


@pytest.mark.parametrize(("kind", "category"), KINDS)
@pytest.mark.parametrize("code", texts.CODES)
def test_every_kind_reaches_the_moderators(kind: str, category: str, code: str) -> None:
    """In each language by its buttons: every question is asked, every answer kept, and one ad made."""
    room = Room()
    room.press(5, f"speak:{code}")

    def button(phrase: object) -> str:
        return texts.say(phrase, code)  # type: ignore[arg-type]

    room.say(5, button(texts.GIVE))
    room.say(5, button({"sell": texts.SELL, "buy": texts.BUY, "service": texts.SERVICE}[kind]))
    if kind != "service":
        room.say(5, button(texts.CATEGORIES[category]))
    for name in drafts.asked(kind, category):
        assert button(questions.ASKED[name]) in room.told[-1].splitlines()[:: -1 if name == "title" else 1][0]
        room.say(5, ANSWERS[name][0])
    assert room.told[-1].endswith(button(texts.ASK_PHOTOS))
    room.say(5, button(texts.NO_PHOTOS))
    assert room.told[-1].endswith(button(texts.ASK_SEND))
    assert room.say(5, button(texts.SEND)) == [button(texts.ACCEPTED)]
    assert room.keyboard == [button(row[0]) for row in boards.ROWS[boards.START]]
    assert room.say(5, button(texts.SEND)) == [texts.say(texts.NO_DRAFT, code, first_name="Анна")]
    (row,) = room.rows(f"SELECT kind, category, state, number, {', '.join(ANSWERS)} FROM ads")  # noqa: S608 - ours
    assert row[:4] == (kind, category, "pending", 1)
    has = set(drafts.asked(kind, category))
    kept = dict(zip(ANSWERS, row[4:], strict=True))
    assert {name: value for name, value in kept.items() if value not in (None, "")} == {
        name: value for name, (_, value) in ANSWERS.items() if name in has
    }


WRONG_ANSWERS = {
    "title": ("", " ", "x" * 101),
    "year": ("1899", "2029", "икки минг", "20.15", "+2015", "2015 йил"),
    "mileage": ("-1", "10000000", "35,5", "35 00"),
    "rooms": ("0", "100", "3.5"),
    "area": ("0", "1000000", "м²"),
    "condition": ("y" * 101,),
    "price": ("0", "1000000000001", "$", "7,00", "7000 euro", "арзон", "7000.50"),
    "place": ("z" * 101,),
    "description": ("w" * 2001,),
    "contact": ("12345", "@abc", "@1abcd", "abcde", "+998 93 123", "https://t.me/abcde"),
}


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_what_is_wrong_is_asked_again(name: str) -> None:
    """The question stays open; nothing of it is kept."""
    kind = ("sell", "auto") if name in ("year", "mileage", "place") else ("sell", "estate")
    kind = ("sell", "phones") if name == "condition" else kind
    room = Room()
    begin(room, *kind)
    for field in drafts.asked(*kind):
        if field == name:
            break
        room.say(5, ANSWERS[field][0])
    for text in WRONG_ANSWERS[name]:
        told = room.say(5, text)
        assert (told[0].partition("\n")[0], len(told[0].splitlines())) == (WRONG, 2), text
    room.say(5, ANSWERS[name][0])
    assert not room.told[0].startswith(WRONG)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("7,000", "7000"),
        ("$7000", "7000 $"),
        ("7.000 у.е.", "7000 $"),
        ("7000 USD", "7000 $"),
        ("15 000 000 so'm", "15\u00a0000\u00a0000 сўм"),
        ("сум 100000", "100\u00a0000 сўм"),
        ("99999", "99999"),
        ("Kelishiladi", "келишилади"),
        ("1000000000000", "1\u00a0000\u00a0000\u00a0000\u00a0000"),
    ],
)
def test_prices(text: str, shown: str) -> None:
    """As people write them, and as they are shown."""
    room = Room()
    begin(room, "sell", "phones")
    for answer in ("Нарса", "яхши", text):
        room.say(5, answer)
    room.say(5, "Ўтказиб юбориш")
    room.say(5, "@anna_v")
    assert f"\n💰 Нархи: {shown}\n" in room.told[0]


def test_back_leads_from_question_to_question() -> None:
    """And out of the draft, to the choice before."""
    room = Room()
    begin(room, "sell", "phones")
    assert room.keyboard == ["⬅️ Орқага", "Эълонни бекор қилиш"]
    room.say(5, "Нарса")
    assert room.say(5, "⬅️ Орқага") == ["Номини ёзинг."]
    assert room.say(5, "⬅️ Орқага") == ["Нима сотмоқчисиз?"]
    assert room.rows("SELECT * FROM drafts") == []
    assert room.say(5, "⬅️ Орқага")[0].endswith(" Қандай эълон бермоқчисиз?")
    assert room.say(5, "хизмат ва таклифлар") == ["Номини ёзинг."]
    room.say(5, "⬅️ Орқага")
    assert room.say(5, "Менюга қайтиш")[0].startswith("МЕНЮ")


def test_a_draft_waits() -> None:
    """Commands and the menu's buttons work in its midst; a command in the midst of a text is none."""
    room = Room()
    assert begin(room, "sell", "auto")[0].endswith("бирма-бир жавоб беринг.\n\nНомини ёзинг.")
    assert room.say(5, "/rules")[0].startswith("ХИЗМАТ")
    assert room.say(5, "/menu@clicker_bot")[0].startswith("МЕНЮ")
    assert room.say(5, "Lacetti /start *bold* _x_") == ["Йилини ёзинг."]
    assert room.say(5, "/start")[0].startswith("Ассалому алайкум Анна!")
    told = room.say(5, "Эълон бермоқчиман")
    assert told == [
        "Анна, авто-улов ҳақида эълон бергандиз.\nУ эълон ҳали каналга қўйилгани йўқ.\n\nУ эълонни бекор қилайликми?"
    ]
    assert room.keyboard == ["Эълонни бекор қилиш", "Давом эттириш", "Менюга қайтиш"]
    assert room.say(5, "davom ettirish") == ["Йилини ёзинг."]
    assert room.say(5, "эълонни бекор қилиш") == ["Эълон бекор қилинди."]
    assert room.say(5, "Эълонни бекор қилиш") == ["Анна, ҳали янги эълон ёзганингиз йўқ."]


LINES = {
    "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567": True,
    "avto:Lacetti,2015,35 000 км,12:30 да кўринг,7,000 $,93 123 45 67": True,
    "АВТО : https://olx.uz/1, 2015, 35000, яхши, $7,000, @anna_v": True,
    "Авто: Lacetti, 2015, 35000, яхши, 7000": False,
    "Авто: 12:30": False,
    "Авто:": False,
    "Авто: Lacetti, 1815, 35000, яхши, 7000, +998931234567": False,
}


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("has_draft", [False, True])
def test_a_car_in_one_line(line: str, has_draft: bool) -> None:
    """Straight to the photos, or a complaint that names fields and keeps nothing."""
    room = Room()
    if has_draft:
        begin(room, "sell", "auto")
    (told,) = room.say(5, line)
    assert told.endswith("Расми борми йўқми?") is LINES[line]
    assert told.startswith("Маълумот нотўғри. ") is not LINES[line]
    steps = [row[0] for row in room.rows("SELECT step FROM drafts")]
    assert steps == (["photos"] if LINES[line] else ["title"] if has_draft else [])


def test_photos_are_kept_in_their_order_each_once() -> None:
    """Up to ten; without an ad there is no place for them."""
    room = Room()
    room.names[5] = "Ан\nна"
    taken = room.photo(5)
    assert taken
    assert taken.text == "Ан на, расм юборишдан аввал эълон ёзишингиз керак."
    room.say(5, "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567")
    assert room.keyboard == ["✅ Расм бор", "❌ Расм йўқ", "Эълонни бекор қилиш"]
    for number in range(1, 11):
        taken = room.photo(5, f"u{number}")
        assert taken
        assert taken.text == f"Расмлар: {number}"
    again = room.photo(5, "u3")
    over = room.photo(5, "u11")
    assert again
    assert over
    assert (again.text, over.text) == ("Расмлар: 10", "Расмлар: 10\nЭнг кўпи 10 та расм.")
    assert room.say(5, "расм") == ["Юборинг расмни."]
    room.say(5, "✅ Тайёр")
    assert [len(call.media) for call in room.calls if hasattr(call, "media")] == [10]
    room.say(5, "✅ Юбориш")
    (row,) = room.rows("SELECT photos FROM ads")
    assert [one.partition(":")[2] for one in row[0].split()] == [f"u{number}" for number in range(1, 11)]


def test_a_field_is_changed_at_the_preview() -> None:
    """One question, then the preview again; photos begin anew."""
    room = Room()
    room.say(5, "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567")
    room.photo(5)
    room.say(5, "✅ Тайёр")
    assert room.say(5, "✏️ Ўзгартириш") == ["Нимани ўзгартирамиз?"]
    fields = ["Номи", "Йили", "Пробег", "Ҳолати", "Нархи", "Манзили", "Мурожаат", "Расмлар", "⬅️ Орқага"]
    assert room.keyboard == fields
    assert room.say(5, "Нархи") == ["Нархини ёзинг."]
    assert room.say(5, "арзон")[0].startswith(WRONG)
    assert "💰 Нархи: 6500 $" in room.say(5, "6500$")[-1]
    room.say(5, "✏️ Ўзгартириш")
    assert room.say(5, "Расмлар")[0].endswith("Расми борми йўқми?")
    room.say(5, "❌ Расм йўқ")
    assert len(room.calls) == 1
    assert room.say(5, "нима")[0].endswith("Эълон тайёр. Юборамизми?")


def test_a_number_is_ones_own() -> None:
    """At any moment; at its question it answers that, and it is a plain button the next time."""
    room = Room()
    from bots.bazaar import said  # noqa: PLC0415 - beside what it is about

    room.act(5, lambda visit: said.contact(visit, "998901234567", 6))
    assert room.told == ["Фақат ўз рақамингизни юборинг."]
    begin(room, "sell", "phones")
    for answer in ("Нарса", "яхши", "7000", "тавсиф"):
        room.say(5, answer)
    assert room.keyboard == ["Телефон рақам юбориш", "⬅️ Орқага", "Эълонни бекор қилиш"]
    room.act(5, lambda visit: said.contact(visit, "998901234567", 5))
    assert room.told[0] == "Телефон рақам қабул қилинди. Раҳмат."
    assert "📞 Мурожаат учун: +998901234567" in room.told[1]
    room.say(5, "Эълонни бекор қилиш")
    begin(room, "buy", "phones")
    for answer in ("Нарса", "Ўтказиб юбориш", "Ўтказиб юбориш"):
        room.say(5, answer)
    assert room.keyboard[1] == "+998901234567"
    assert "📞 Мурожаат учун: +998901234567" in room.say(5, "+998901234567")[0]


def test_so_many_ads_a_day() -> None:
    """For each category, by the date of the message in Tashkent, looked up at the choice and when it is sent."""
    room = Room(ads_per_day=1)
    limit = ["Бугун бу турда эълон бергансиз. Эртага қайта уриниб кўринг."]
    line = "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567"
    room.now = NOW - NOW % 86_400 + 19 * 3600 - 1  # a second before midnight there
    room.say(5, line)
    room.say(5, "❌ Расм йўқ")
    room.say(5, "✅ Юбориш")
    assert room.say(5, line) == limit
    assert begin(room, "buy", "auto") == limit
    assert begin(room, "sell", "phones") == ["Номини ёзинг."]
    room.say(5, "Эълонни бекор қилиш")
    room.now += 1
    room.say(5, line)
    room.say(5, "❌ Расм йўқ")
    room.now -= 1
    assert room.say(5, "✅ Юбориш") == limit
    room.now += 1
    assert room.say(5, "✅ Юбориш")[0].startswith("Эълон қабул қилинди")
    assert [row[0] for row in room.rows("SELECT number FROM ads ORDER BY number")] == [1, 2]


def test_languages() -> None:
    """Everybody's first is Uzbek in Cyrillic letters; buttons of all are understood, however they are typed."""
    room = Room()
    assert room.say(5, "bla") == ["Тушунмадим. Тугмалардан ёки /menu дан фойдаланинг."]
    room.say(5, "/language")
    assert room.keyboard == ["Ўзбекча", "Oʻzbekcha", "Русский"]
    assert room.press(5, room.data["Русский"]) == ["Язык изменён."]
    assert room.keyboard == ["Подать объявление", "Смотреть объявления", "В меню"]
    assert room.press(5, "speak:uz-Latn") == ["Til oʻzgardi."]
    assert room.say(5, "Menyuga qaytish")[0].startswith("MENYU\n\n/ads - eʼlonlar")
    assert room.keyboard[0] == "Eʼlon bermoqchiman"
    assert room.say(5, "e'lon bermoqchiman")[0].endswith(" Qanday eʼlon bermoqchisiz?")


def test_data_are_deleted() -> None:
    """All rows of somebody, and the posts are taken down; or nothing."""
    room = Room()
    room.say(5, "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567")
    room.say(5, "❌ Расм йўқ")
    room.say(5, "✅ Юбориш")
    assert room.say(5, "/delete_me") == ["Ҳамма маълумотларингиз ўчирилсинми?"]
    yes, no = room.data["🗑 Ҳа, ўчирилсин"], room.data["↩️ Йўқ"]
    assert room.press(5, no) == ["Ҳеч нарса ўчирилмади."]
    assert len(room.rows("SELECT * FROM ads")) == 1
    assert room.press(5, yes) == ["Маълумотларингиз ўчирилди."]
    for table in ("users", "ads", "drafts", "letters"):
        assert room.rows(f"SELECT * FROM {table}") == []  # noqa: S608 - ours
    assert room.rows("SELECT verdict FROM cards") == [("🗑 Эгаси ўчирди",)]
