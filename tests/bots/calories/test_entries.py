"""Entries as people write them: what each line means, and that no text is more than a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.calories.entries import MOST, Entry, Fault, Known, folded, half_up, norm, read, read_line

MEANT = {
    "350": Entry("", 3500),
    "350,5": Entry("", 3505),
    "350.5": Entry("", 3505),
    "+200": Entry("", 2000),
    "1 200": Entry("", 12000),
    "1\u00a0200": Entry("", 12000),
    "350 ккал": Entry("", 3500),
    "350кал": Entry("", 3500),
    "350 KCAL": Entry("", 3500),
    "350 kkal": Entry("", 3500),
    "-100": Entry("", -1000),
    "−100": Entry("", -1000),
    "–100": Entry("", -1000),
    "борщ 350": Entry("борщ", 3500),
    "350 борщ": Entry("борщ", 3500),
    "бег -300": Entry("бег", -3000),
    "кола 0.5 180": Entry("кола 0.5", 1800),
    "2 яйца 140": Entry("2 яйца", 1400),
    "  Борщ   по-киевски  350 ккал": Entry("Борщ по-киевски", 3500),
    "борщ": Known("борщ"),
    "борщ x2": Known("борщ", 20),
    "борщ ×1,5": Known("борщ", 15),
    "борщ *3": Known("борщ", 30),
    "борщ х2": Known("борщ", 20),
    "1": Entry("", 10),
    "20000": Entry("", 200_000),
    "0": Fault.RANGE,
    "0,9": Fault.RANGE,
    "20000,1": Fault.RANGE,
    "борщ 99999999999999": Fault.RANGE,
    "350,55": Fault.UNCLEAR,
    "٣٥٠": Fault.UNCLEAR,
    "1e9": Known("1e9"),
    "!!!": Fault.UNCLEAR,
    "а" * 41: Fault.UNCLEAR,
    "а" * 4000: Fault.UNCLEAR,
    "борщ x0": Fault.UNCLEAR,
    "борщ x1,25": Fault.UNCLEAR,
    "x2": Known("x2"),
    "\u202eборщ\u202c 350": Entry("борщ", 3500),
    "пирог 👩\u200d🍳 350": Entry("пирог 👩\u200d🍳", 3500),
    "бо\ud800рщ 350": Fault.UNCLEAR,
    "- 100": Fault.UNCLEAR,
    "яйцо 70 ккал": Entry("яйцо", 700),
    "350,5 ккал борщ": Entry("борщ", 3505),
}


@pytest.mark.parametrize("line", MEANT)
def test_a_line_means(line: str) -> None:
    """What stands in the table."""
    assert read_line(line.strip()) == MEANT[line]


def test_several_lines_are_entries_each_up_to_twenty() -> None:
    """Empty ones do not count."""
    assert read("борщ 350\n\n 200 \n") == {1: Entry("борщ", 3500), 3: Entry("", 2000)}
    assert len(read("\n".join(["100"] * 20))) == 20
    assert read("\n".join(["100"] * 21)) == {1: Fault.UNCLEAR}
    assert read(" \n ") == {1: Fault.UNCLEAR}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """It is entries, foods or faults; what is accepted is within its bounds and is read again as it is shown."""
    for line in read(text).values():
        if isinstance(line, Entry):
            assert 10 <= abs(line.tenths) <= MOST * 10
            assert len(line.name) <= 40
            shown = f"{line.name} {line.tenths // 10}".strip()
            if line.tenths % 10 == 0 and line.tenths > 0 and "\u00a0" not in line.name:
                assert isinstance(read_line(shown), Entry)


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(1, 1000))
def test_half_up(number: int, by: int) -> None:
    """The nearest whole number, the higher of two."""
    found = half_up(number, by)
    assert 2 * found * by - by <= 2 * number < 2 * found * by + by


def test_a_norm_is_a_whole_number_within_its_bounds() -> None:
    """With a unit if one likes."""
    assert [norm(text) for text in ("2000", "2000 ккал", "500", "10000", " 1800 ")] == [2000, 2000, 500, 10000, 1800]
    assert [norm(text) for text in ("499", "10001", "2000,5", "-2000", "двести", "", "2e3")] == [None] * 7


def test_names_are_compared_without_case_yo_and_spaces() -> None:
    """Nothing else is the same."""
    assert folded(" Зелёный  ЧАЙ ") == folded("зеленый чай")
    assert folded("чай") != folded("чаи")
    assert folded("чаи\u0306") == folded("чай"), "a computer of Apple's writes й in two pieces"
