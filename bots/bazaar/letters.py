"""Letters: Uzbek's Cyrillic ones in Latin, and words as they are compared."""

import re
from functools import lru_cache
from unicodedata import normalize

_CYRILLIC = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш ъ э ю я ў қ ғ ҳ"
_LATIN = "a b v g d e yo j z i y k l m n o p r s t u f x s ch sh ʼ e yu ya oʻ q gʻ h"
_SIMPLE = {**dict(zip(_CYRILLIC.split(), _LATIN.split(), strict=True)), "ь": ""}
_VOWELS = "аеёиоуэюяў"

_FOLDED = {**_SIMPLE, "э": "e", "ў": "o", "қ": "k", "ғ": "g", "х": "h", "ҳ": "h", "ы": "i", "щ": "sh", "ъ": ""}
_APOSTROPHES = re.compile("['`´ʻʼ‘’]")
_APART = re.compile(r"[^\w]|_")
_RULES = (
    (re.compile("q"), "k"),
    (re.compile("c(?![eiyh])"), "k"),
    (re.compile("ch"), "c"),
    (re.compile("ks"), "x"),
    (re.compile("x"), "h"),
    (re.compile("ye"), "e"),
    (re.compile("iya"), "ia"),
)
_ELSEWHERE = str.maketrans(_FOLDED)


def latin(text: str) -> str:
    """The same text in the Latin letters of 1995."""
    return "".join(_letter(text, place) for place in range(len(text)))


def _letter(text: str, place: int) -> str:
    letter, before, after = text[place], text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    small = letter.lower()
    if small not in _SIMPLE:
        return letter
    begins = not before.isalpha() or before.lower() in _VOWELS
    found = "ye" if small == "е" and begins else _SIMPLE[small]
    if letter == small:
        return found
    is_all = after.isupper() if after.isalpha() else before.isupper()
    return found.upper() if is_all else found[:1].upper() + found[1:]


def folded(text: str) -> str:
    """Words as they are compared, a space between them."""
    return " ".join(filter(None, map(_word, text.split())))


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> str:
    """What stands between two spaces; most words are known."""
    plain = normalize("NFKC", _APOSTROPHES.sub("", text)).casefold().translate(_ELSEWHERE)
    plain = _APART.sub(" ", _APOSTROPHES.sub("", plain))
    for pattern, into in _RULES:
        plain = pattern.sub(into, plain)
    return " ".join(plain.split())
