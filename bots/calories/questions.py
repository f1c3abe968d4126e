"""Questions that are open: for the norm, and those of the formula, one after the other."""

from bots.calories import entries, formula, texts
from bots.calories.diary import FIRST
from bots.calories.formula import ORDER, QUESTIONS
from bots.calories.talk import Talk
from bots.calories.texts import CODES, say
from runtime.keyboards import inline

CHOICES = {
    name: [[say(choice, code) for code in CODES] for choice in question.choices] for name, question in QUESTIONS.items()
}
"""The choices of a question in every language."""


def answer_norm(talk: Talk, text: str) -> None:
    """A number is the norm."""
    norm = entries.norm(text)
    if norm is None:
        talk.tell(texts.BAD_NORM)
    else:
        talk.set_norm(norm)


def answer(talk: Talk, text: str) -> None:
    """The answer to the question that is open; a wrong one to one of the formula repeats it."""
    name, answers = talk.person.question, talk.person.answers
    if name == FIRST:
        answer_norm(talk, text)
        return
    found = formula.answer(QUESTIONS[name], text, CHOICES[name])
    ask_next(talk, {**answers, name: found} if found is not None else answers)


def ask_next(talk: Talk, answers: dict[str, str]) -> None:
    """The next question of the formula, or what comes of it."""
    code = talk.person.code
    name = next((name for name in ORDER if name not in answers), None)
    if name is None:
        rest, moving, norm = formula.result(answers)
        talk.set_norm(norm, talk.fill(texts.CALCULATED, rest=rest, moving=moving))
        return
    talk.diary.ask(talk.person, name, talk.now, answers)
    keys = [[(say(choice, code), f"ask:{name}:{place}")] for place, choice in enumerate(QUESTIONS[name].choices)]
    talk.tell(QUESTIONS[name].text, inline(*keys) if keys else None)
