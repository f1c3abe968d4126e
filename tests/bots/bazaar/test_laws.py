"""Laws of what needs no Telegram: letters, what a field accepts, the card, and an ad as a row of a sheet."""

from __future__ import annotations

import io
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.bazaar import card, fields, sheet
from bots.bazaar.ads import BUY, CATEGORIES, NEGOTIABLE, SELL, SERVICE, Ad, Photo
from bots.bazaar.letters import folded, latin

YEAR = 2026
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ"
LETTERS = CYRILLIC + CYRILLIC.upper() + string.ascii_letters + string.digits + "'`´ʻʼ‘’ \n\t-.,:_*[]()<&😀🚗²ﬁ"

WORDS = st.text(st.sampled_from(LETTERS), max_size=60)
LINE = st.text(
    st.characters(codec="utf-16", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=100
)
ADS = st.builds(
    Ad,
    kind=st.sampled_from([SELL, BUY]),
    category=st.sampled_from([name for name in CATEGORIES if name != SERVICE]),
    title=LINE,
    year=st.none() | st.integers(1900, YEAR + 1),
    mileage=st.none() | st.integers(0, 9_999_999),
    rooms=st.none() | st.integers(1, 99),
    area=st.none() | st.integers(1, 999_999),
    condition=st.just("") | LINE,
    price=st.none() | st.just(NEGOTIABLE) | st.integers(1, 10**12),
    place=st.just("") | LINE,
    description=st.builds(lambda text, times: (text * times)[:2000].strip(), WORDS, st.integers(0, 90)),
    contact=st.sampled_from(["+998931234567", "@anna_v"]),
    photos=st.lists(st.sampled_from(["AgACAgIAAx", "AgAD_-9"]), max_size=10).map(lambda all_: tuple(map(Photo, all_))),
    number=st.integers(1, 10**6),
    owner=st.integers(0, 2**52),
    message=st.integers(0, 2**31 - 1),
)


@given(WORDS)
@settings(deadline=None, max_examples=50)
def test_folded_words_are_plain(text: str) -> None:
    """Letters and digits with a space between; capitals, apostrophes and what stands around change nothing."""
    found = folded(text)
    assert found == " ".join(found.split())
    assert all(sign.isalnum() or sign == " " for sign in found)
    assert folded(text.upper()) == folded(text.lower()) == found
    assert folded(f" ({text})!\n") == found
    assert folded("".join(sign for sign in text if sign not in "'`´ʻʼ‘’")) == found


@given(st.text(st.sampled_from(CYRILLIC + " "), max_size=60))
@settings(deadline=None, max_examples=50)
def test_the_same_text_in_latin_letters_folds_alike(text: str) -> None:
    """Whoever writes it in letters of 1995 finds it; but `ц` is s there and is looked for as it is written."""
    assert folded(latin(text)) == folded(text)
    assert folded(latin(text.upper())) == folded(text)
    assert not set(latin(text)) & set(CYRILLIC)


@pytest.mark.parametrize("apostrophe", "'`´ʻʼ‘’")
def test_apostrophes_of_any_kind_vanish(apostrophe: str) -> None:
    """Also the one that NFKC takes apart."""
    assert folded(f"qo{apostrophe}y va G{apostrophe}isht") == folded("қўй ва ғишт") == "koy va gisht"


@given(st.integers(0, 10**13), st.sampled_from(["", " ", ".", ",", "'", "\u00a0"]))
@settings(deadline=None, max_examples=50)
def test_a_whole_number_is_read_as_it_is_written(number: int, between: str) -> None:
    """In thousands if one likes, and as the card shows it; nothing beyond its bounds."""
    written = f"{number:,}".replace(",", between)
    assert fields.number_in(written) == fields.number_in(card.number(number)) == number
    assert fields.number_in(written, 1, number - 1) is None
    for wrong in (f"-{written}", f"+{written}", f"{written}.5", f"{written} x", f"x{written}", f"{written},"):
        assert fields.number_in(wrong) is None


CURRENCIES = {
    "$": ["$", "usd", "USD", "доллар", "dollar", "у.е.", "У.Е."],
    "сўм": ["сўм", "сум", "so'm", "sum", "uzs", "UZS", "СЎМ", "soʻm"],
    "": [""],
}


@given(st.integers(1, 10**12), st.sampled_from(sorted(CURRENCIES)), st.data())
@settings(deadline=None, max_examples=50)
def test_a_price_is_read_as_it_is_written(number: int, currency: str, data: st.DataObject) -> None:
    """With its currency before or after it; and what the card shows is read as the same."""
    word, space = data.draw(st.sampled_from(CURRENCIES[currency])), data.draw(st.sampled_from(["", " "]))
    values = {"price": number, "currency": currency}
    for written in (f"{number}{space}{word}", f"{word}{space}{number:,}"):
        assert fields.read("price", written.strip(), YEAR) == values
    shown = card.price(Ad(SELL, "phones", price=number, currency=currency))
    assert fields.read("price", shown, YEAR) == values


WRONG = {
    "price": ["0", "-5", "1,5", "7000 €", "$ 7000 $", "много", "10000000000000", "сумма 5", ""],
    "year": ["1899", str(YEAR + 2), "15", "2015 й", "MMXV", ""],
    "mileage": ["10000000", "-1", "35 минг", "1.5"],
    "rooms": ["0", "100", "2+1"],
    "area": ["0", "1000000", "64.5", "64 га"],
    "title": ["", " \n ", "a" * 101],
    "description": ["", "a" * 2001],
    "contact": [
        "12345",
        "+998",
        "@anna",
        "@1anna_v",
        "anna_v",
        "@anna.v",
        "+998931234567 Анна",
        "00000000000",
        "@" + "a" * 33,
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, all_ in WRONG.items() for text in all_])
def test_what_a_field_does_not_accept(name: str, text: str) -> None:
    """Its bounds, and anything beside it."""
    assert fields.read(name, text, YEAR) is None


@pytest.mark.parametrize("text", ["931234567", "93 123-45-67", "+998 (93) 123 45 67", "998931234567", "+998931234567"])
def test_a_number_of_a_phone_is_kept_in_one_form(text: str) -> None:
    """However it is written."""
    assert fields.read("contact", text, YEAR) == {"contact": "+998931234567"}


@given(ADS, st.sampled_from(["", "Эълон №1\n\n"]), st.sampled_from(["", "\n\n❌ Рад этилди: 😀. Сабаб: " + 300 * "😀"]))
@settings(deadline=None, max_examples=50)
def test_a_text_is_never_longer_than_telegram_takes(ad: Ad, before: str, after: str) -> None:
    """Two thousand signs of the longest kind, and what a moderator says of them: the description alone is shorter."""
    said = replace(ad, description=2000 * "😀")
    for one in (ad, said):
        text, (mark,) = card.whole(one, "shop_bot", ad.number, before, after)
        units = text.encode("utf-16-le")
        assert len(units) // 2 <= card.TEXT
        assert text.startswith(f"{before}{card.head(ad)}\n")
        linked = units[2 * mark["offset"] : 2 * (mark["offset"] + mark["length"])].decode("utf-16-le")
        assert text.endswith(f"\n📞 Мурожаат учун: {ad.contact}\n\n{linked}{after}")
        assert one.description in text or "…\n📞" in text


@given(ADS, st.booleans(), st.sampled_from(["", "✅ СОТИЛДИ\n\n"]))
@settings(deadline=None, max_examples=50)
def test_a_card_keeps_its_first_and_its_last_lines(ad: Ad, has_photos: bool, before: str) -> None:
    """A caption fits, only the description is shorter, and the link lies on the last line, whatever comes before."""
    whole = card.whole(ad, "shop_bot", ad.number, before)
    shown = card.caption(ad, "shop_bot", ad.number, before) if has_photos else whole
    text, (mark,) = shown
    units = text.encode("utf-16-le")
    linked = units[2 * mark["offset"] : 2 * (mark["offset"] + mark["length"])].decode("utf-16-le")
    assert linked == text.splitlines()[-1] == f"Водий бозор №{ad.number}"
    assert mark["url"] == f"https://t.me/shop_bot?start=ad_{ad.number}"
    assert text.startswith(f"{before}{card.head(ad)}\n")
    assert text.endswith(f"\n📞 Мурожаат учун: {ad.contact}\n\n{linked}")
    if text != whole.text:
        assert card.CAPTION - 4 <= len(units) // 2 + _spaces(ad, text) <= card.CAPTION + _spaces(ad, text)
        kept, _, rest = text.rpartition("…")
        assert whole.text.startswith(kept)
        assert whole.text.endswith(rest)
    assert len(units) // 2 <= card.CAPTION or not has_photos


def _spaces(ad: Ad, text: str) -> int:
    """Spaces that stood before the ellipsis are left out as well."""
    left = ad.description[len(text.rpartition("…")[0].rpartition("📝 ")[2]) :]
    return len(left) - len(left.lstrip())


@given(ADS)
@settings(deadline=None, max_examples=50)
def test_an_ad_comes_back_from_its_row(ad: Ad) -> None:
    """All that people have said, whatever signs are in it; numbers are plain digits."""
    ad.currency = "$" if ad.price and ad.price > 0 else ""
    file = io.StringIO(newline="")
    sheet.write_heading(file)
    sheet.write(file, ad)
    content = file.getvalue()
    assert content.splitlines()[0] == ",".join(sheet.COLUMNS)
    (found,) = sheet.read(content.encode(), YEAR)
    assert isinstance(found, Ad)
    assert found == replace(ad, number=0)
