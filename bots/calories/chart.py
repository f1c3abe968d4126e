"""A picture with a bar for each day and the norm as a line. Its letters are digits, alike in every language."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from runtime.admin.chart import grid_step, short

WIDTH, HEIGHT = 1080, 600
LEFT, RIGHT, TOP, BOTTOM = 100, 1064, 40, 520
"""The field of the bars, in pixels."""

BACKGROUND, GRID, TEXT = "#ffffff", "#e8ecf1", "#3c4a59"
WITHIN, ABOVE, NORM = "#3a8fd9", "#e2794b", "#2f9e62"
LABELS = 10
"""Days that are named below, at most."""


Image.preinit()  # at the start, when nobody waits: importing what writes a PNG would hold everybody up


def draw(norm: int, sums: Sequence[tuple[date, int | None]]) -> bytes:
    """A PNG; `norm` is in kilocalories, sums are in tenths of them."""
    values = [(tenths or 0) / 10 for _, tenths in sums]
    most = max(norm, *values, 1)
    step = grid_step(int(most) + 1)
    top = step * (-(-int(most + 1) // step))
    image = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    painter, font = ImageDraw.Draw(image), ImageFont.load_default(24)

    def height(value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * max(0.0, value) / top

    for line in range(0, top + 1, step):
        painter.line((LEFT, height(line), RIGHT, height(line)), GRID, 2)
        painter.text((LEFT - 12, height(line)), short(line), TEXT, font, anchor="rm")
    pitch = (RIGHT - LEFT) / len(sums)
    every = -(-len(sums) // LABELS)
    for place, ((day, _), value) in enumerate(zip(sums, values, strict=True)):
        left = LEFT + pitch * (place + 0.15)
        if value > 0:
            color = ABOVE if value > norm else WITHIN
            painter.rectangle((left, height(value), left + pitch * 0.7, BOTTOM), color)
        if (len(sums) - 1 - place) % every == 0:
            painter.text((left + pitch * 0.35, BOTTOM + 30), f"{day:%d.%m}", TEXT, font, anchor="mm")
    painter.line((LEFT, height(norm), RIGHT, height(norm)), NORM, 4)
    file = BytesIO()
    image.quantize(32).save(file, "PNG")
    return file.getvalue()
