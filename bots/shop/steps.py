"""Steps of an order, each a state and its time: a letter and the seconds from when the order ran out or would have."""

import re
from collections.abc import Iterator

LETTERS = {
    "awaiting_payment": "a",
    "paid": "p",
    "delivering": "g",
    "delivered": "d",
    "cancelled": "c",
    "expired": "e",
    "refunding": "f",
    "refunded": "r",
    "review": "v",
}
_STATES = {letter: state for state, letter in LETTERS.items()}
_STEP = re.compile(r"([a-z])([+-]\d+)")


def written(state: str, at: int, until: int) -> str:
    """A step as the row of its order holds it: three rows for each order took a fifth of the shop's memory."""
    return f"{LETTERS[state]}{at - until:+d}"


def read(text: str, until: int) -> Iterator[tuple[str, int]]:
    """States with their times, as they were written one after the other."""
    for letter, seconds in _STEP.findall(text):
        yield _STATES[letter], until + int(seconds)
