"""The norm by formula: questions one after the other, and what comes of the answers.

Rest: Mifflin, St Jeor et al., Am J Clin Nutr 51 (1990), 241. Calculated exactly, in fractions.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from runtime.languages import Phrase


@dataclass(frozen=True)
class Question:
    """A choice, or a number between two bounds with so many decimals."""

    text: Phrase
    choices: tuple[Phrase, ...] = ()
    bounds: tuple[int, int] = (0, 0)
    decimals: int = 0


QUESTIONS: Mapping[str, Question] = {
    "sex": Question(Phrase("Your sex?"), (Phrase("Male"), Phrase("Female"))),
    "years": Question(Phrase("How old are you? From 18 to 100."), bounds=(18, 100)),
    "height": Question(Phrase("Your height in centimetres? From 120 to 230."), bounds=(120, 230)),
    "weight": Question(Phrase("Your weight in kilograms? From 30 to 300."), bounds=(30, 300), decimals=1),
    "movement": Question(
        Phrase("How much do you move?"),
        (
            Phrase("I sit nearly all day"),
            Phrase("1–3 workouts a week"),
            Phrase("3–5 workouts"),
            Phrase("6–7 workouts"),
            Phrase("Hard labour"),
        ),
    ),
    "wish": Question(Phrase("What do you want?"), (Phrase("Lose weight"), Phrase("Keep it"), Phrase("Gain"))),
}
ORDER = tuple(QUESTIONS)
MOVEMENT = tuple(Fraction(number, 1000) for number in (1200, 1375, 1550, 1725, 1900))
WISH = (Fraction(85, 100), Fraction(1), Fraction(110, 100))


def answer(question: Question, text: str, labels: Sequence[Sequence[str]]) -> str | None:
    """What a message answers, as it is kept; None for a wrong answer. `labels` are the choices in every language."""
    said = " ".join(text.split())
    for place, names in enumerate(labels):
        if said.casefold() in [name.casefold() for name in names]:
            return str(place)
    if question.choices:
        return None
    found = re.fullmatch(r"([0-9]{1,3})(?:[.,]([0-9]))?", said)
    if found is None or (found[2] and not question.decimals):
        return None
    number = Fraction(int(found[1]) * 10 + int(found[2] or 0), 10)
    least, most = question.bounds
    return str(number) if least <= number <= most else None


def result(answers: Mapping[str, str]) -> tuple[int, int, int]:
    """Kilocalories at rest, with movement, and the norm."""
    kilograms, centimetres, years = (Fraction(answers[name]) for name in ("weight", "height", "years"))
    sex = (5, -161)[int(answers["sex"])]
    rest = 10 * kilograms + Fraction(625, 100) * centimetres - 5 * years + sex
    moving = rest * MOVEMENT[int(answers["movement"])]
    wanted = moving * WISH[int(answers["wish"])]
    return _half_up(rest), _half_up(moving), _half_up(wanted / 10) * 10


def _half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))
