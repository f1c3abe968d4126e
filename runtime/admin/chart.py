"""A picture with a bar for each hour. Its letters are digits: the font that Pillow brings has no Cyrillic ones."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH, HEIGHT = 1080, 600
LEFT, RIGHT, TOP, BOTTOM = 100, 1064, 48, 500
"""The field of the bars, in pixels."""

GAP = 0.24
"""Share of an hour's width that is left free."""

BACKGROUND, GRID, AXIS, TEXT, FAINT = "#ffffff", "#e8ecf1", "#9aa7b5", "#3c4a59", "#8492a1"
BAR, LAST_BAR = "#3a8fd9", "#a5cdf0"
"""The last hour is not over yet, and paler."""

LINES = 5
"""Lines of the grid, about."""


AXIS_SIZE, HOUR_SIZE = 28, 25
SIZES = (24, 20, 17, 15, 13)
"""Sizes of letters, of which the numbers on the bars take the first that fits all of them."""


class Bar(NamedTuple):
    """An hour: what stands below it, the day that is told below that ("" for none), and its number."""

    label: str
    day: str
    value: int


def draw(bars: Sequence[Bar]) -> bytes:
    """A PNG of these hours, the last of which is not over; values are whole numbers from 0 on."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - takes memory, and many admins never ask

    most = max(LINES - 1, *(bar.value for bar in bars))
    step = grid_step(most)
    top = step * -(-most // step)
    image = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    painter = ImageDraw.Draw(image)
    for line in range(0, top + 1, step):
        height = _height(line, top)
        painter.line((LEFT, height, RIGHT, height), AXIS if line == 0 else GRID, 2)
        painter.text((LEFT - 14, height), short(line), TEXT, _font(AXIS_SIZE), anchor="rm")
    _draw_days(painter, bars)
    _draw_bars(painter, bars, top)
    file = BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_days(painter: ImageDraw, bars: Sequence[Bar]) -> None:
    pitch = (RIGHT - LEFT) / len(bars)
    for number, bar in enumerate(bars):
        left = LEFT + pitch * number
        painter.text((left + pitch / 2, BOTTOM + 26), bar.label, TEXT, _font(HOUR_SIZE), anchor="mm")
        painter.text((left + 8, BOTTOM + 66), bar.day, FAINT, _font(AXIS_SIZE), anchor="lm")
        if bar.day and number:
            painter.line((left, TOP, left, BOTTOM + 84), AXIS, 2)


def _draw_bars(painter: ImageDraw, bars: Sequence[Bar], top: int) -> None:
    pitch = (RIGHT - LEFT) / len(bars)
    width = pitch * (1 - GAP) / 2
    texts = [short(bar.value) if bar.value else "" for bar in bars]
    fitting = [size for size in SIZES if max(painter.textlength(text, _font(size)) for text in texts) < pitch - 4]
    for number, bar in enumerate(bars):
        middle, height = LEFT + pitch * (number + 0.5), min(_height(bar.value, top), BOTTOM - 4)
        if bar.value:
            box = (middle - width, height, middle + width, BOTTOM - 1)
            color = LAST_BAR if number == len(bars) - 1 else BAR
            painter.rounded_rectangle(box, 3, color, corners=(True, True, False, False))
        if fitting:
            font = _font(fitting[0])
            painter.text(
                (middle, height - 16), texts[number], TEXT, font, anchor="mm", stroke_width=2, stroke_fill=BACKGROUND
            )


def grid_step(most: int) -> int:
    """The distance of the grid's lines: 1, 2 or 5 times a power of ten, so that there are about LINES of them."""
    wanted = max(1, -(-most // LINES))
    power: int = 10 ** (len(str(wanted)) - 1)
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= wanted)


def short(value: int) -> str:
    """A number in at most four letters: 999, 1.2k, 12k, 3.4M."""
    for unit, least in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if value >= least - least // 2_000:  # 999,999 is 1M, not 1000k
            share = value / least
            return f"{share:.1f}".removesuffix(".0") + unit if share < 9.95 else f"{share:.0f}{unit}"
    return str(value)


@lru_cache(maxsize=len(SIZES) + 2)
def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont  # noqa: PLC0415 - as above

    return ImageFont.load_default(size)


def _height(value: int, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top
