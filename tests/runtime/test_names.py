"""Names that people really have, and those that show nothing, break a line or are cut in the middle of a letter."""

from __future__ import annotations

import pytest

from runtime.names import LONGEST, MOST_STACKED, clusters, one_line, plain

NAMELESS = "Без имени"

NOTHING = [
    "",
    " ",
    "\u3164",  # HANGUL FILLER
    "\u3164 \u3164",
    "\u115f\u1160",
    "\uffa0",
    "\u2800" * 9,  # BRAILLE PATTERN BLANK
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u00ad\u034f\u180e\u17b4\u17b5",
    "\u2061\u2062\u2063\u2064\u2065",
    "\u202e\u2066\u200f\u061c\u206f",
    "\u00a0\u3000\u2003\u1680\u205f",
    "\ufe0f\ufe00\U000e0100",
    "\U000e0041\U000e007f\U000e0001",
    "\u0301\u0301\u0489\u20dd",
    " \u0301 \u0302",
    "\U0001d159\U0001d173",
    "\ufffc\ufff9",
    "\ue000\U000f0000",
    "\U00013441\U00013442",
]

KEPT = [
    "Анна",
    "\u3164Аня",
    "👩‍👩‍👧‍👦",
    "👁️‍🗨️",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🇺🇿🇷🇺",
    "👍🏽",
    "1️⃣",
    "🏻",
    "نستعلیق‌ها",
    "۝",
    "Việt Đặng",
    "Vie\u0323\u0302t",
    "שָׁלוֹם",
    "ကြွှေး",
    "བསྒྲུབས",
    "นี้น้ำ",
    "नमस्ते",
    "각",
    "각한",
    "ー",
    "—",
    "٠",
    "𝓐𝓷𝓷𝓪",
]


@pytest.mark.parametrize("name", NOTHING, ids=ascii)
@pytest.mark.parametrize("around", ["{}", " {}\n", "\u200b{}\u200b", "{0}{0}{0}"])
def test_a_name_that_shows_nothing_is_told_as_none(name: str, around: str) -> None:
    """However many characters without ink it has."""
    assert one_line(around.format(name), NAMELESS) == NAMELESS


@pytest.mark.parametrize("name", KEPT, ids=ascii)
def test_a_name_that_shows_something_stays_as_it_is(name: str) -> None:
    """In whatever script."""
    assert one_line(name, NAMELESS) == name


@pytest.mark.parametrize("name", KEPT, ids=ascii)
def test_no_letter_is_cut_in_the_middle(name: str) -> None:
    """Where the 64 characters end, the letter that would not fit whole is left out."""
    text = ("Ж" * (LONGEST - 3) + name) * 2
    shown, letters = one_line(text, NAMELESS), list(clusters(text))
    assert LONGEST - 15 < len(shown) <= LONGEST
    assert shown in {"".join(letters[:number]).strip() for number in range(len(letters))}


@pytest.mark.parametrize(
    "mark", ["\u0301", "\u0e47", "\u0e49", "\u20dd", "\u0489", "\u0307\u0323\u0331\u0338\u0335\u030f"]
)
@pytest.mark.parametrize("between", ["", "\u200d", "\u200c", "\u034f", "\ufe0f"])
def test_marks_without_end_do_not_leave_the_line(mark: str, between: str) -> None:
    """A letter keeps a few, and those after it are not lost."""
    shown = one_line("а" + (mark + between) * 200 + "ня", NAMELESS)
    assert max(len([one for one in cluster if one in mark]) for cluster in clusters(shown)) <= MOST_STACKED
    assert "ня" in shown or between in {"\u200d", "\u200c"}


def test_marks_at_the_beginning_have_no_letter_of_ours_to_stand_on() -> None:
    """They would stand on the sign before the name."""
    assert one_line("\u0301\u0302Анна", NAMELESS) == "Анна"


def test_names_are_compared_as_they_are_seen() -> None:
    """Without regard to what is not seen."""
    assert plain("\u3164А\u200bННА \n\u2066Ли") == plain("анна ли")
    assert plain("\u3164") == ""
