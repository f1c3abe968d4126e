"""What becomes of a message: a command or a button, the answer to a question, or entries."""

from bots.calories import texts
from bots.calories.commands import ALWAYS, BEFORE, COMMANDS, SPEAK, unknown
from bots.calories.diary import FIRST
from bots.calories.noting import note
from bots.calories.questions import answer
from bots.calories.talk import Talk
from runtime.words import command_in


def said(talk: Talk, text: str | None, message: int, *, is_told: bool = False) -> None:
    """Answer a message, which has no text or one; somebody who has sent a place `is_told` already."""
    person = talk.person
    name, rest = named(text or "")
    if not person.norm and not person.question:
        talk.ask_norm()
    elif text is None:
        if not is_told:
            talk.tell(texts.NOT_UNDERSTOOD if person.norm else texts.BAD_NORM)
    elif name in ALWAYS:
        talk.diary.close(person)
        ALWAYS[name](talk, rest)
    elif not person.norm:
        begin(talk, text, name, rest)
    elif name:
        talk.diary.close(person)
        COMMANDS.get(name, unknown)(talk, rest)
    elif person.question:
        answer(talk, text)
    else:
        note(talk, text, message)


def named(text: str) -> tuple[str, str]:
    """The name of a command, or of a button, and what follows; "" for any other text."""
    if text in texts.WORDS.names:
        return SPEAK, texts.WORDS.names[text]
    return (texts.LABELS[text], "") if text in texts.LABELS else command_in(text)


def begin(talk: Talk, text: str, name: str, rest: str) -> None:
    """Somebody who has no norm yet, and was asked for it: by itself, or piece by piece."""
    if name in BEFORE and rest:
        talk.diary.close(talk.person)
        COMMANDS[name](talk, rest)
    elif talk.person.question == FIRST or not name:
        answer(talk, text)
    else:
        talk.ask_norm()
