"""Everything that people read, and what the buttons say; by the sentence in Uzbek's Cyrillic letters."""

from pathlib import Path

from bots.bazaar.letters import latin
from runtime.languages import Languages, Phrase

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = Languages(LOCALES)

CYRILLIC, LATIN, RUSSIAN = CODES = ("uz-Cyrl", "uz-Latn", "ru")
"""The languages; the first is everybody's until he chooses, the second is the first in other letters."""

LANGUAGE_NAMES = {"Ўзбекча": CYRILLIC, "Oʻzbekcha": LATIN, "Русский": RUSSIAN}

# Greeting and menu

WISH = Phrase("{first_name}, эълон бермоқчимисиз ёки эълонларни кўрмоқчимисиз?")
GREETING = Phrase("Ассалому алайкум {first_name}!\nВодий бозорга хуш келибсиз.\n\n{wish}")
MENU = Phrase(
    "МЕНЮ\n\n/ads - эълонлар\n/my - эълонларим\n/search - қидирув\n/rules - канал қоидалари\n/language - тил\n"
    "/delete_me - маълумотларимни ўчириш"
)
RULES = Phrase(
    "ХИЗМАТ ШАРТЛАРИ ВА ҚОИДАЛАР\n\n1. Бир кунда бир тур бўйича биттадан ортиқ эълон бериш мумкин эмас.\n"
    "2. Ҳар бир эълонни админ кўриб чиқади.\n3. Эълондаги маълумотлар тўғри бўлиши керак, унга эгаси жавоб беради.\n"
    "4. Сотилган нарсанинг эълонини ёпинг."
)
HINT = Phrase("Тушунмадим. Тугмалардан ёки /menu дан фойдаланинг.")
ASK_LANGUAGE, LANGUAGE_CHANGED = Phrase("Тилни танланг."), Phrase("Тил ўзгарди.")
NAMELESS = Phrase("Исмсиз")

GIVE, LOOK, TO_MENU = Phrase("Эълон бермоқчиман"), Phrase("Эълонларни кўрмоқчиман"), Phrase("Менюга қайтиш")
MY, SUBSCRIBED, SEARCH = Phrase("📋 Эълонларим"), Phrase("🔔 Обуналарим"), Phrase("🔎 Қидирув")
COMMANDS = {
    "ads": Phrase("эълонлар"),
    "my": Phrase("эълонларим"),
    "search": Phrase("қидирув"),
    "rules": Phrase("канал қоидалари"),
    "language": Phrase("тил"),
    "delete_me": Phrase("маълумотларимни ўчириш"),
    "menu": Phrase("меню"),
}
"""The command menu."""

# Giving an ad

AGREED = (Phrase("Яхши."), Phrase("Дуруст."), Phrase("Тушунарли."), Phrase("ОК."))
ASK_KIND = Phrase("{ok} Қандай эълон бермоқчисиз?")
ASK_SELL, ASK_BUY = Phrase("Нима сотмоқчисиз?"), Phrase("Нима олмоқчисиз?")
SELL, BUY, SERVICE = Phrase("Сотмоқчиман"), Phrase("Олмоқчиман"), Phrase("Хизмат ва таклифлар")
CATEGORIES = {
    "auto": Phrase("🚗 Авто-улов"),
    "estate": Phrase("🏠 Кўчмас-мулк"),
    "appliances": Phrase("📺 Маиший техника"),
    "household": Phrase("🚪 Уй-рўзғор буюмлари"),
    "clothes": Phrase("👕 Кийим-кечак"),
    "sports": Phrase("🚴 Спорт анжомлари"),
    "phones": Phrase("📱 Телефон"),
    "service": Phrase("🛠 Хизмат ва таклифлар"),
}
BACK, CANCEL, SKIP, GO_ON = (
    Phrase("⬅️ Орқага"),
    Phrase("Эълонни бекор қилиш"),
    Phrase("Ўтказиб юбориш"),
    Phrase("Давом эттириш"),
)
SEND_NUMBER = Phrase("Телефон рақам юбориш")
WITH_PHOTOS, NO_PHOTOS, READY = Phrase("✅ Расм бор"), Phrase("❌ Расм йўқ"), Phrase("✅ Тайёр")
SEND, CHANGE = Phrase("✅ Юбориш"), Phrase("✏️ Ўзгартириш")

PHOTOS = Phrase("Расмлар")
AUTO_HOW = Phrase(
    "Авто-улов ҳақида қисқа маълумот беринг.\n\nАвто: Номи, йили, пробег, ҳолати, нархи, телефон рақам\n\nМасалан:\n"
    "Авто: Lacetti, 2015, 35000, яхши, 7000, +998931234567\n\nБошига Авто: сўзини қўшиш эсдан чиқмасин.\n\n"
    "Ёки саволларга бирма-бир жавоб беринг."
)
WRONG = Phrase("Маълумот нотўғри. Қайтадан юборинг.")
WRONG_LINE = Phrase("Маълумот нотўғри. {fields}")
NUMBER_TAKEN = Phrase("Телефон рақам қабул қилинди. Раҳмат.")
OWN_NUMBER = Phrase("Фақат ўз рақамингизни юборинг.")
ASK_PHOTOS = Phrase("Эълон ёзиб олинди.\n\nРасми борми йўқми?")
SEND_PHOTOS, ONLY_PHOTOS = Phrase("Юборинг расмни."), Phrase("Фақат расм юборинг.")
PHOTOS_ARE, MOST_PHOTOS = Phrase("Расмлар: {n}"), Phrase("Энг кўпи 10 та расм.")
PHOTO_WITHOUT_AD = Phrase("{first_name}, расм юборишдан аввал эълон ёзишингиз керак.")
ASK_SEND = Phrase("Эълон тайёр. Юборамизми?")
ASK_CHANGE = Phrase("Нимани ўзгартирамиз?")
ACCEPTED = Phrase(
    "Эълон қабул қилинди ва админларга юборилди.\nТез орада каналга чоп этиб, бу ҳақда сизга хабар берамиз."
)
CANCELLED, NO_DRAFT = Phrase("Эълон бекор қилинди."), Phrase("{first_name}, ҳали янги эълон ёзганингиз йўқ.")
OLD_DRAFT = Phrase(
    "{first_name}, {category} ҳақида эълон бергандиз.\nУ эълон ҳали каналга қўйилгани йўқ.\n\n"
    "У эълонни бекор қилайликми?"
)
LIMIT = Phrase("Бугун бу турда эълон бергансиз. Эртага қайта уриниб кўринг.")

# Moderation: cards are in the first language for all, as the ads are

CARD = Phrase("Эълон №{n}\n👤 {who}\n\n")
PUBLISH, REJECT = Phrase("✅ Чоп этиш"), Phrase("❌ Рад этиш")
APPROVED_BY = Phrase("✅ Тасдиқланди: {who}")
REJECTED_BY = Phrase("❌ Рад этилди: {who}. Сабаб: {reason}")
WITHDRAWN, CLOSED_CARD = Phrase("🗑 Эгаси ўчирди"), Phrase("🗑 Эълон ёпилган.")
ASK_REASON = Phrase("Сабабини ёзинг (№{n}).")
DECIDED, NO_MODERATOR = Phrase("Бу эълон бўйича қарор қабул қилинган."), Phrase("Сиз админ эмассиз.")
REJECTED = Phrase("Эълонингиз рад этилди. Сабаб: {reason}")
PRINTED = Phrase("Эълонингиз каналга чоп этилди: {link}")

# The channel

CLOSED_POST, RENEWED_POST = Phrase("Эълон ёпилган."), Phrase("Эълон янгиланди: {link}")
ASK_SOLD, ASK_FOUND = Phrase("{title} сотилдими?"), Phrase("{title} топилдими?")
SOLD, FOUND, NOT_YET = Phrase("✅ Сотилди"), Phrase("✅ Топилди"), Phrase("❌ Ҳали йўқ")
THANKS, LATER = Phrase("Эълон ёпилди. Раҳмат!"), Phrase("Яхши, кейинроқ яна сўраймиз.")
EXPIRED = Phrase("{title}: эълон муддати тугади.")
SOLD_POST, FOUND_POST = Phrase("✅ СОТИЛДИ"), Phrase("✅ ТОПИЛДИ")

NOT_SHOWN = Phrase("Модераторлар гуруҳига ёзиб бўлмади: {why}")
NOT_POSTED = Phrase("№{n} каналга чоп этилмади: {why}")

# Reading and searching

ASK_READ = Phrase("Қайси турдаги эълонларни кўрмоқчисиз?")
CATEGORY_PAGE = Phrase("{category}: {count} та эълон, {page}/{pages}")
CATEGORY_EMPTY = Phrase("{category}: ҳозирча эълон йўқ")
TO_KINDS, SUBSCRIBE, UNSUBSCRIBE = Phrase("↩️ Турлар"), Phrase("🔔 Обуна бўлиш"), Phrase("🔕 Обунадан чиқиш")
SUBSCRIBED_TO = Phrase("Обуна бўлдингиз: {category}")
SUBSCRIPTIONS, NO_SUBSCRIPTIONS = Phrase("Обуналарингиз:"), Phrase("Сизда обуна йўқ.")
ASK_SEARCH = Phrase("Нима қидиряпсиз?")
SEARCH_PAGE = Phrase("🔎 {query}: {count} та эълон, {page}/{pages}")
NOTHING_FOUND = Phrase("🔎 {query}: ҳеч нарса топилмади.")
TO_BAZAAR = Phrase("Водий бозорга ўтиш")

# Own ads

DELETE = Phrase("🗑 Ўчириш")
MY_AD, NO_ADS = Phrase("№{n} {title} - {state}"), Phrase("Сизда ҳали эълон йўқ.")
STATES = {
    "pending": Phrase("кутмоқда"),
    "approved": Phrase("навбатда"),
    "published": Phrase("каналда"),
    "rejected": Phrase("рад этилган"),
    "sold": Phrase("сотилган"),
    "closed": Phrase("ёпилган"),
    "expired": Phrase("муддати тугаган"),
}
OF_STATE = Phrase("  {state}: {count}")
GONE = Phrase("Бу эълон энди йўқ.")
ASK_DELETE = Phrase("Ҳамма маълумотларингиз ўчирилсинми?")
DELETE_ALL, KEEP = Phrase("🗑 Ҳа, ўчирилсин"), Phrase("↩️ Йўқ")
DELETED, KEPT = Phrase("Маълумотларингиз ўчирилди."), Phrase("Ҳеч нарса ўчирилмади.")

# Sheets of ads

IMPORTED = Phrase("Импорт: {taken} та олинди, {refused} та рад этилди.")
REFUSED_ROW, WRONG_COLUMN = Phrase("{row}-қатор: {why}"), Phrase("{column} устуни нотўғри.")
REFUSALS = {"known": Phrase("message_id бошқа эълонники."), "banned": Phrase("эгаси тақиқланган.")}
NO_SHEET = Phrase("Импорт: файл ўқилмади ({why}).")
EXPORTED, NOT_EXPORTED = Phrase("Эълонлар: {count}"), Phrase("Эълонлар юборилмади: {why}")
BUSY = Phrase("Олдинги экспорт тугашини кутинг.")


def say(phrase: Phrase, code: str, **values: object) -> str:
    """A sentence in a language; values that are phrases are in the same one."""
    filled = {name: say(value, code) if isinstance(value, Phrase) else value for name, value in values.items()}
    return _template(phrase.text, code).format(**{**phrase.values, **filled})


_KNOWN: dict[tuple[str, str], str] = {}


def _template(text: str, code: str) -> str:
    """The sentence before its values are put in."""
    found = _KNOWN.get((text, code))
    if found is None:
        found = latin(text) if code == LATIN else LANGUAGES.gettext(text, locale=code) if code == RUSSIAN else text
        _KNOWN[text, code] = found
    return found


def labels(phrase: Phrase) -> frozenset[str]:
    """What a button says in all languages."""
    return frozenset(say(phrase, code) for code in CODES)


def not_posted(number: int, why: str) -> str:
    """What the admin is told, who reads Russian."""
    return say(NOT_POSTED, RUSSIAN, n=number, why=why)
