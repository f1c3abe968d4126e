"""A person's name as it is shown: on one line, in whole letters, and never as nothing at all."""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category, combining

LONGEST = 64
"""Characters that are shown: Telegram's own limit for a first name; an imported one may be longer."""

MOST_STACKED = 3
"""Marks above and below a letter: Vietnamese and Hebrew need no more, and further ones grow into other lines."""

MOST_MARKS = 6
"""Marks of a letter in all: signs of vowels in India, Burma and Tibet do not grow so high."""

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Marks that turn the direction of the text after them: in a name they would turn the rest of the line.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")

_JOINER = "\u200d"
_MARKS = frozenset(["Mc", "Me", "Mn"])
_WITHOUT_INK = _MARKS | {"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"}
# Letters and symbols without any ink, and characters that no later Unicode gives any (Default_Ignorable_Code_Point).
_BLANK = re.compile(
    "[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\ufffc\U00013441\U00013442\U0001d159\U000e0000-\U000e0fff]"
)
_BETWEEN = r"[\W_\u115f\u1160\u3164\uffa0\U00013441\U00013442]*"
"""What may stand between two letters: blanks, marks, emoji."""

# Signs of Arabic and Kaithi that are seen although their category is one of those above.
_SEEN = re.compile("[\u0600-\u0605\u06dd\u0890\u0891\u08e2\U000110bd\U000110cd]")

_EMOJI = frozenset(["So", "Cn"])
"""Categories of emoji; the newest are unknown to an older Python."""
_TONES, _TAGS, _FLAGS = range(0x1F3FB, 0x1F400), range(0xE0020, 0xE0080), range(0x1F1E6, 0x1F200)
_LEADS, _VOWELS, _TAILS = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
_SYLLABLES = range(0xAC00, 0xD7A4)
"""Korean syllables, and the parts that they are made of."""


@lru_cache(maxsize=1000)
def one_line(name: str, nameless: str = "Без имени") -> str:
    """A name as it is shown, `nameless` if there would be nothing to see."""
    line = " ".join(_TURNS.sub("", _BREAKS.sub(" ", name)).split())
    shown = ""
    for cluster in clusters(line):
        letter = _calm(cluster)
        if len(shown) + len(letter) > LONGEST:
            break
        shown += letter
    return shown.strip() if any(map(_has_ink, shown)) else nameless


def plain(name: str) -> str:
    """A name as it is compared: what is not seen and small or large letters make no difference."""
    return "".join(letter for letter in one_line(name, "") if letter == " " or _has_ink(letter)).strip().casefold()


def like(name: str) -> re.Pattern[str]:
    """What names, in small letters, must match to be equal to this one for `plain`; most others do not match it."""
    letters = (re.escape(letter) for letter in plain(name) if letter.isalnum() and not _BLANK.match(letter))
    return re.compile(_BETWEEN + "".join(letter + _BETWEEN for letter in letters))


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one letter each: with its marks, joined emoji, flags, syllables (UAX #29)."""
    cluster = ""
    for letter in text:
        if cluster and not _continues(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


def _continues(cluster: str, letter: str) -> bool:
    """Whether a character belongs to the letter before it."""
    last, code = ord(cluster[-1]), ord(letter)
    if letter == _JOINER or code in _TONES or code in _TAGS or category(letter) in _MARKS:
        return True
    if cluster[-1] == _JOINER:
        return category(letter) in _EMOJI
    if code in _FLAGS:
        return len(cluster) == 1 and last in _FLAGS
    return _is_syllable(last, code)


def _is_syllable(last: int, code: int) -> bool:
    """Whether two characters stand in one Korean syllable."""
    if last in _LEADS:
        return code in _LEADS or code in _VOWELS or code in _SYLLABLES
    if last in _VOWELS or last in _SYLLABLES:
        return code in _VOWELS or code in _TAILS
    return last in _TAILS and code in _TAILS


def _calm(cluster: str) -> str:
    """A letter without marks that are too many or come again; nothing for marks that have no letter."""
    if category(cluster[0]) in _MARKS:
        return ""
    kept, marks, stacked = "", set[str](), 0
    for letter in cluster:
        if category(letter) in _MARKS:
            stacks = combining(letter) > 0 or category(letter) == "Me"
            if letter in marks or len(marks) == MOST_MARKS or (stacks and stacked == MOST_STACKED):
                continue
            marks.add(letter)
            stacked += stacks
        elif letter != _JOINER:
            marks, stacked = set(), 0
        kept += letter
    return kept[:LONGEST]


def _has_ink(letter: str) -> bool:
    return bool(_SEEN.match(letter)) or (category(letter) not in _WITHOUT_INK and not _BLANK.match(letter))
