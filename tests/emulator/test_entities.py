"""Laws of the entities that Telegram finds, whatever the text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from emulator.state.entities import find_entities, merge_entities
from emulator.state.text import utf16

PIECES = st.sampled_from(
    [
        "https://",
        "t.me/x",
        "a@b.com",
        "@anna_1",
        "/start",
        "#тег",
        "+998901234567",
        "1.2.3.4",
        "(",
        ")",
        ".",
        ":",
        " ",
        "🏆",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join))
SHAPES = {
    "url": r"\S+",
    "email": r"[^\s@]+@[^\s@]+",
    "mention": r"@\w+",
    "hashtag": r"#\w+",
    "bot_command": r"/\w+(@\w+)?",
    "phone_number": r"\+[\d ()-]+\d",
}


@given(TEXTS)
def test_entities_are_pieces_of_the_text(text: str) -> None:
    """In order, side by side, counted in UTF-16, and each of the shape that its name says."""
    units = text.encode("utf-16-le", "surrogatepass")
    end = 0
    for entity in find_entities(text):
        start, stop = entity["offset"], entity["offset"] + entity["length"]
        assert end <= start < stop <= utf16(text)
        end = stop
        piece = units[2 * start : 2 * stop].decode("utf-16-le", "surrogatepass")
        assert re.fullmatch(SHAPES[entity["type"]], piece)


@given(TEXTS, st.integers(0, 20), st.integers(1, 20))
def test_given_entities_are_never_lost(text: str, offset: int, length: int) -> None:
    """What is found inside of them gives way."""
    bold = {"type": "bold", "offset": offset, "length": length}
    merged = merge_entities([bold], text)
    assert bold in merged
    for entity in merged:
        apart = entity["offset"] + entity["length"] <= offset or offset + length <= entity["offset"]
        assert apart or entity is bold
