"""The picture of /stats: a PNG for whatever numbers there are, read back as pixels."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from runtime.admin.chart import (
    BAR,
    BOTTOM,
    HEIGHT,
    LAST_BAR,
    LEFT,
    LINES,
    RIGHT,
    TOP,
    WIDTH,
    Bar,
    draw,
    grid_step,
    short,
)


def painted(values: list[int]) -> list[tuple[int, ...]]:
    """The colour in the middle of each hour, just above the axis."""
    image = Image.open(BytesIO(draw([Bar(f"{hour:02}", "", value) for hour, value in enumerate(values)]))).convert(
        "RGB"
    )
    assert image.size == (WIDTH, HEIGHT)
    pitch = (RIGHT - LEFT) / len(values)
    pixels = [image.getpixel((round(LEFT + pitch * (hour + 0.5)), BOTTOM - 3)) for hour in range(len(values))]
    return [pixel for pixel in pixels if isinstance(pixel, tuple)]


@pytest.mark.parametrize("most", [1, 7, 999, 123_456, 10**9, 2**53])
def test_each_hour_with_clicks_has_a_bar(most: int) -> None:
    """The last one, which is not over, is paler; an hour without clicks has none."""
    colors = painted([most, 0, 1, most // 2 + 1] * 6)
    bar, last, white = (ImageColor.getrgb(color) for color in (BAR, LAST_BAR, "#ffffff"))
    assert colors[:-1] == ([bar, white, bar, bar] * 6)[:-1]
    assert colors[-1] == last
    assert painted([0] * 24) == [white] * 24


@given(st.integers(1, 2**60))
def test_the_grid_is_round_and_not_dense(most: int) -> None:
    """Lines at 1, 2 or 5 times a power of ten, never more than LINES above the axis."""
    step = grid_step(most)
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert -(-most // step) <= LINES
    assert TOP < BOTTOM


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1k"),
        (1_249, "1.2k"),
        (9_960, "10k"),
        (99_949, "100k"),
        (999_400, "999k"),
        (999_999, "1M"),
        (2_500_000, "2.5M"),
        (10**12, "1T"),
    ],
)
def test_numbers_are_short(value: int, text: str) -> None:
    """Four letters, rounded."""
    assert short(value) == text
