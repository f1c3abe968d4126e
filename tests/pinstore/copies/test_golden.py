"""A document and a part as they were once stored, byte by byte: whatever is written today, they restore for ever."""

from pathlib import Path

from pinstore.copies.document import parse
from tests.pinstore.shelf import Row, Shelf, everything

GOLDEN = Path(__file__).parent / "golden"
NAMES = ["Анна", "O'Neil", '"', "\\", "new\nline", "👩‍👩‍👧", "\u2028", "", ",\n[1", "]"]
KEYS = {0: 2**52 - 1, 3: -9}
"""Where they are not the square of the number."""
GONE = {5, 6}
TAPPED = {1: (8, 1001), 0: (1, 1002)}
"""Since the part was stored: clicks and `reached`; who had blocked the bot is back, who is banned could not."""


def rows() -> list[Row]:
    """What was stored, in the order of the keys."""
    found = []
    for number in set(range(40)) - GONE:
        click, reached = TAPPED.get(number, (number * 7 % 50, number))
        key, language = KEYS.get(number, number * number), ("", "ru", "uz")[number % 3]
        status = 0 if number in TAPPED else number % 3
        standing = -1 if status == 2 else click
        found.append((key, f"{NAMES[number % 10]}{number}", click, 0, reached, language, status, standing))
    return sorted(found)


def test_what_was_stored_once_restores() -> None:
    """Forty rows in a part, of which some have changed and some are gone in the document that refers to it."""
    shelf = Shelf()
    shelf.content = (GOLDEN / "document.json").read_bytes()
    for part in parse(shelf.content).parts:
        shelf.files[part.file_id] = (GOLDEN / f"{part.file_id}.json.gz").read_bytes()
    restored = shelf.restore()
    assert restored.applied == {9001, 9003, 9004, 9009, 9010}
    assert everything(restored) == [*rows(), ("clicks", 885), ("users", 38)]
