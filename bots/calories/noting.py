"""Entries are noted, corrected, taken back and brought back, and their answers."""

from collections.abc import Iterable, Mapping, Sequence

from aiogram.types import InlineKeyboardMarkup

from bots.calories import entries, texts
from bots.calories.diary import Noted
from bots.calories.entries import Entry, Fault, Known, Line
from bots.calories.foods import Food
from bots.calories.talk import Talk
from bots.calories.texts import say
from runtime.keyboards import inline
from runtime.languages import Phrase
from runtime.outbox.calls import Passing


def note(talk: Talk, text: str, message: int) -> None:
    """Note what a message says, or say what is wrong with it."""
    lines = entries.read(text)
    if known := _understood(talk, lines):
        noted = talk.diary.note(talk.person, message, talk.now, known)
        learn(talk, lines.values(), known)
        tell_noted(talk, noted)


def correct(talk: Talk, text: str, message: int) -> None:
    """Note what a message says now; messages without entries may say what they like."""
    before = talk.diary.of_message(talk.person, message)
    lines = entries.read(text)
    if before and (known := _understood(talk, lines)):
        noted = talk.diary.correct(talk.person, before, known)
        learn(talk, lines.values(), known)
        tell_noted(talk, noted, texts.CORRECTED)


def _understood(talk: Talk, lines: Mapping[int, Line]) -> list[Entry]:
    """The entries of all lines; none if one is unclear, and that is told."""
    found: list[Entry] = []
    new: dict[str, Food] = {}
    for place, line in lines.items():
        entry = _known(talk, line, new) if isinstance(line, Known) else line
        if not isinstance(entry, Entry):
            talk.tell(_complaint(talk, line, entry) if len(lines) == 1 else talk.fill(texts.BAD_LINE, k=place))
            return []
        if isinstance(line, Entry) and line.name:
            new[entries.folded(line.name)] = line.name, line.tenths
        found.append(entry)
    return found


def _known(talk: Talk, line: Known, new: Mapping[str, Food]) -> Line:
    """A food that is known, if only from a line before."""
    food = new.get(line.folded) or talk.diary.foods.known(talk.person.id, line.folded)
    return Known(food[0], line.times).entry(food[1]) if food else line


def _complaint(talk: Talk, line: Line, entry: Line) -> str | Phrase:
    if entry is Fault.RANGE:
        return texts.RANGE
    return talk.fill(texts.NO_FOOD, name=line.name) if isinstance(line, Known) else texts.NOT_UNDERSTOOD


def learn(talk: Talk, lines: Iterable[Line], known: Sequence[Entry]) -> None:
    """Remember the foods; the calories of one that was named alone stay what they are."""
    for line, entry in zip(lines, known, strict=True):
        if entry.name:
            folded = entries.folded(entry.name)
            food = talk.diary.foods.known(talk.person.id, folded) if isinstance(line, Known) else None
            talk.diary.foods.learn(talk.person.id, folded, *(food or (entry.name, entry.tenths)))


def tell_noted(talk: Talk, listed: Sequence[Noted], before: Phrase | None = None) -> None:
    """Answer a message's entries."""
    text, markup = shown(talk, listed)
    text = f"{say(before, talk.person.code)}\n{text}" if before else text
    talk.answers.append(Passing("noted", text, markup))


def shown(talk: Talk, listed: Sequence[Noted]) -> tuple[str, InlineKeyboardMarkup]:
    """A message's entries and what is left of their day, with the button that takes them back, or brings them."""
    first, code = listed[0], talk.person.code
    if first.counts:
        lines = [_line(talk, entry) for entry in listed if entry.label or len(listed) > 1]
        label, turn = texts.UNDO, "undo"
    else:
        what = ", ".join(f"{entry.label} {talk.number(entry.tenths)}".strip() for entry in listed)
        lines = [talk.fill(texts.UNDONE, what=what)]
        label, turn = texts.BRING_BACK, "back"
    text = "\n".join([*lines, talk.left(first.day)])
    return text, inline([(say(label, code), f"{turn}:{first.message}")])


def _line(talk: Talk, entry: Noted) -> str:
    n = talk.number(entry.tenths)
    return talk.fill(texts.ENTRY, name=entry.label, n=n) if entry.label else talk.fill(texts.AMOUNT, n=n)


def undo_last(talk: Talk) -> None:
    """Take back the last message with entries that still count today."""
    message = talk.diary.last_message(talk.person, talk.person.today(talk.now))
    if message is None:
        talk.tell(texts.NO_UNDO)
        return
    talk.tell(*turned(talk, message, counts=False))


def turned(talk: Talk, message: int, *, counts: bool) -> tuple[str, InlineKeyboardMarkup]:
    """Take a message's entries back, or bring them back; what its answer is then."""
    talk.diary.count(talk.person, message, counts=counts)
    return shown(talk, talk.diary.of_message(talk.person, message))
