"""What becomes of a message: a command or a button, the answer to a question, or entries."""

import re

from bots.calories import texts
from bots.calories.commands import ALWAYS, COMMANDS
from bots.calories.diary import FIRST
from bots.calories.formula import QUESTIONS
from bots.calories.questions import answer, answer_norm, ask_next
from bots.calories.talk import Talk

_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.DOTALL)

UNKNOWN = "?"
"""What begins as a command and is none."""


def said(talk: Talk, text: str, message: int) -> None:
    """Answer a text."""
    person, command = talk.person, _COMMAND.fullmatch(text.strip())
    name = command["name"].lower() if command else texts.LABELS.get(text, UNKNOWN if text.startswith("/") else "")
    if text in texts.NAMES or name in ALWAYS:
        if person.norm or person.question != FIRST:
            talk.diary.ask(person, "", talk.now)
        ALWAYS.get(name, speak)(talk, text)
    elif name == texts.CALCULATE.text:
        ask_next(talk, {})
    elif not person.norm:
        begin(talk, text, is_command=bool(command or name))
    elif command or name:
        talk.diary.ask(person, "", talk.now)
        work = COMMANDS.get(name)
        if work is None:
            talk.tell(texts.NOT_UNDERSTOOD)
        else:
            work(talk, ((command and command["rest"]) or "").strip())
    elif person.question == FIRST:
        answer_norm(talk, text)
    elif person.question:
        answer(talk, text)
    else:
        talk.note(text, message)


def begin(talk: Talk, text: str, *, is_command: bool) -> None:
    """Somebody who has no norm yet: he is asked for it, whatever he sends first."""
    question = talk.person.question
    if question == FIRST:
        answer_norm(talk, text)
    elif question in QUESTIONS and not is_command:
        answer(talk, text)
    else:
        talk.ask_norm()


def speak(talk: Talk, name: str) -> None:
    """Another language, by its own name."""
    talk.person.code = texts.NAMES[name]
    talk.diary.change(talk.person, language=talk.person.code)
    markup = texts.MAIN if talk.person.norm else texts.CALCULATING
    talk.tell(texts.LANGUAGE_CHOSEN, markup[talk.person.code])
