"""Every word that is fixed: the labels in two languages, and the sentences, letter by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bots.bazaar import questions, texts
from runtime.languages import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

BUTTONS = """
Эълон бермоқчиман | Подать объявление
Эълонларни кўрмоқчиман | Смотреть объявления
Менюга қайтиш | В меню
📋 Эълонларим | 📋 Мои объявления
🔔 Обуналарим | 🔔 Мои подписки
🔎 Қидирув | 🔎 Поиск
Сотмоқчиман | Продать
Олмоқчиман | Купить
Хизмат ва таклифлар | Услуги и предложения
🚗 Авто-улов | 🚗 Транспорт
🏠 Кўчмас-мулк | 🏠 Недвижимость
📺 Маиший техника | 📺 Бытовая техника
🚪 Уй-рўзғор буюмлари | 🚪 Для дома
👕 Кийим-кечак | 👕 Одежда
🚴 Спорт анжомлари | 🚴 Спорттовары
📱 Телефон | 📱 Телефоны
🛠 Хизмат ва таклифлар | 🛠 Услуги и предложения
⬅️ Орқага | ⬅️ Назад
Эълонни бекор қилиш | Отменить объявление
Телефон рақам юбориш | Отправить номер
✅ Расм бор | ✅ Есть фото
❌ Расм йўқ | ❌ Без фото
✅ Тайёр | ✅ Готово
✅ Юбориш | ✅ Отправить
✏️ Ўзгартириш | ✏️ Изменить
✅ Чоп этиш | ✅ Опубликовать
❌ Рад этиш | ❌ Отклонить
✅ Сотилди | ✅ Продано
✅ Топилди | ✅ Найдено
❌ Ҳали йўқ | ❌ Ещё нет
🗑 Ўчириш | 🗑 Удалить
↩️ Турлар | ↩️ Разделы
🔔 Обуна бўлиш | 🔔 Подписаться
🔕 Обунадан чиқиш | 🔕 Отписаться
🗑 Ҳа, ўчирилсин | 🗑 Да, удалить
↩️ Йўқ | ↩️ Нет
Ўтказиб юбориш | Пропустить
Давом эттириш | Продолжить
"""

SENTENCES = """
{first_name}, эълон бермоқчимисиз ёки эълонларни кўрмоқчимисиз?
Ассалому алайкум {first_name}!¶Водий бозорга хуш келибсиз.¶¶{wish}
МЕНЮ¶¶/ads - эълонлар¶/my - эълонларим¶/search - қидирув¶/rules - канал қоидалари¶/language - тил¶/delete_me - маълумотларимни ўчириш
Тушунмадим. Тугмалардан ёки /menu дан фойдаланинг.
Яхши.
Дуруст.
Тушунарли.
ОК.
{ok} Қандай эълон бермоқчисиз?
Нима сотмоқчисиз?
Нима олмоқчисиз?
Тилни танланг.
Тил ўзгарди.
Номини ёзинг.
Йилини ёзинг.
Пробегини ёзинг.
Хоналар сонини ёзинг.
Майдонини ёзинг.
Ҳолатини ёзинг.
Нархини ёзинг.
Манзилини ёзинг.
Тавсифини ёзинг.
Телефон рақамингизни юборинг ёки @username ёзинг.
Номи
Йили
Пробег
Хоналар сони
Майдони
Ҳолати
Нархи
Манзили
Тавсифи
Мурожаат
Расмлар
Телефон рақам қабул қилинди. Раҳмат.
Фақат ўз рақамингизни юборинг.
Маълумот нотўғри. Қайтадан юборинг.
Авто-улов ҳақида қисқа маълумот беринг.¶¶Авто: Номи, йили, пробег, ҳолати, нархи, телефон рақам¶¶Масалан:¶Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567¶¶Бошига Авто: сўзини қўшиш эсдан чиқмасин.¶¶Ёки саволларга бирма-бир жавоб беринг.
Эълон ёзиб олинди.¶¶Расми борми йўқми?
Юборинг расмни.
Расмлар: {n}
Энг кўпи 10 та расм.
Фақат расм юборинг.
{first_name}, расм юборишдан аввал эълон ёзишингиз керак.
Эълон тайёр. Юборамизми?
Нимани ўзгартирамиз?
Эълон қабул қилинди ва админларга юборилди.¶Тез орада каналга чоп этиб, бу ҳақда сизга хабар берамиз.
Эълон бекор қилинди.
{first_name}, ҳали янги эълон ёзганингиз йўқ.
{first_name}, {category} ҳақида эълон бергандиз.¶У эълон ҳали каналга қўйилгани йўқ.¶¶У эълонни бекор қилайликми?
Бугун бу турда эълон бергансиз. Эртага қайта уриниб кўринг.
Эълон №{n}¶👤 {who}¶¶
✅ Тасдиқланди: {who}
❌ Рад этилди: {who}. Сабаб: {reason}
Бу эълон бўйича қарор қабул қилинган.
Сабабини ёзинг (№{n}).
Эълонингиз рад этилди. Сабаб: {reason}
Эълонингиз каналга чоп этилди: {link}
Сиз админ эмассиз.
Эълон ёпилган.
Эълон янгиланди: {link}
✅ СОТИЛДИ
✅ ТОПИЛДИ
{title} сотилдими?
{title} топилдими?
Эълон ёпилди. Раҳмат!
Яхши, кейинроқ яна сўраймиз.
{title}: эълон муддати тугади.
Қайси турдаги эълонларни кўрмоқчисиз?
{category}: {count} та эълон, {page}/{pages}
{category}: ҳозирча эълон йўқ
Бу эълон энди йўқ.
Нима қидиряпсиз?
🔎 {query}: {count} та эълон, {page}/{pages}
🔎 {query}: ҳеч нарса топилмади.
Обуна бўлдингиз: {category}
Обуналарингиз:
Сизда обуна йўқ.
Водий бозорга ўтиш
№{n} {title} - {state}
Сизда ҳали эълон йўқ.
кутмоқда
навбатда
каналда
рад этилган
сотилган
ёпилган
муддати тугаган
🗑 Эгаси ўчирди
Ҳамма маълумотларингиз ўчирилсинми?
Маълумотларингиз ўчирилди.
Ҳеч нарса ўчирилмади.
"""  # noqa: E501 - a sentence is a line

RUSSIAN = {
    texts.LANGUAGE_CHANGED: "Язык изменён.",
    texts.IMPORTED: "Импорт: принято {taken}, отклонено {refused}.",
    texts.NOT_POSTED: "Не удалось опубликовать №{n}: {why}",
}


def known(values: Iterable[object]) -> set[str]:
    """All phrases that are somewhere among these."""
    found = set[str]()
    for value in values:
        if isinstance(value, Phrase):
            found.add(value.text)
        elif isinstance(value, dict):
            found |= known(value.values())
        elif isinstance(value, tuple):
            found |= known(value)
    return found


SAID = known([*vars(texts).values(), *vars(questions).values()])


@pytest.mark.parametrize("line", BUTTONS.strip().splitlines())
def test_a_label(line: str) -> None:
    """In both languages; in the third it is the first in other letters."""
    uzbek, russian = line.split(" | ")
    assert uzbek in SAID
    assert texts.say(Phrase(uzbek), texts.RUSSIAN) == russian


@pytest.mark.parametrize("line", SENTENCES.strip().splitlines())
def test_a_sentence(line: str) -> None:
    """To the letter."""
    assert line.replace("¶", "\n") in SAID


@pytest.mark.parametrize("phrase", RUSSIAN)
def test_a_russian_sentence(phrase: Phrase) -> None:
    """What is fixed of the words that the admin reads."""
    assert texts.LANGUAGES.gettext(phrase.text, locale=texts.RUSSIAN) == RUSSIAN[phrase]


def test_languages_are_called_so_everywhere() -> None:
    """By their own names."""
    assert list(texts.LANGUAGE_NAMES) == ["Ўзбекча", "Oʻzbekcha", "Русский"]
    beginning = "ХИЗМАТ ШАРТЛАРИ ВА ҚОИДАЛАР\n\n1. Бир кунда бир тур бўйича биттадан ортиқ эълон бериш мумкин эмас."
    assert texts.RULES.text.startswith(beginning)
