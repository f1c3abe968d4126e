"""What each command does, and each button that is always there."""

import re
from collections.abc import Callable, Mapping

from bots.calories import days, entries, noting, texts, views
from bots.calories.answers import File, Picture
from bots.calories.questions import answer_norm, ask_next
from bots.calories.talk import A_DAY, Talk
from bots.calories.texts import say
from runtime import words
from runtime.keyboards import inline
from runtime.languages import Phrase

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def ask_language(talk: Talk, _: str) -> None:
    """Show the languages."""
    code = talk.person.code
    talk.tell(words.CHOOSE, texts.WORDS.choice(texts.BUTTONS if talk.person.norm else [[texts.CALCULATE]], code))


def speak(talk: Talk, code: str) -> None:
    """Another language."""
    talk.person.code = code
    talk.diary.change(talk.person, language=code)
    talk.tell(words.CHOSEN, (texts.MAIN if talk.person.norm else texts.CALCULATING)[code])


def calculate(talk: Talk, _: str) -> None:
    """The questions of the formula."""
    ask_next(talk, {})


def ask_delete(talk: Talk, _: str) -> None:
    """Ask whether everything shall go."""
    code = talk.person.code
    talk.tell(
        texts.ASK_DELETE, inline([(say(texts.DELETE, code), "delete:yes")], [(say(texts.CANCEL, code), "delete:no")])
    )


def today(talk: Talk, _: str) -> None:
    """The day so far."""
    talk.tell(views.today(talk.diary, talk.person, talk.now))


def week(talk: Talk, _: str) -> None:
    """Seven days."""
    _show(talk, views.week(talk.diary, talk.person, talk.now), texts.NO_WEEK)


def month(talk: Talk, _: str) -> None:
    """Thirty days."""
    _show(talk, views.month(talk.diary, talk.person, talk.now), texts.NO_MONTH)


def _show(talk: Talk, period: views.Period | None, nothing: Phrase) -> None:
    if period is None:
        talk.tell(nothing)
    else:
        talk.answers.append(Picture(period=period))


def norm(talk: Talk, rest: str) -> None:
    """Another norm, or the question for it."""
    if rest:
        answer_norm(talk, rest)
    else:
        talk.ask_norm()


def zone(talk: Talk, rest: str) -> None:
    """Another zone, or the question for it."""
    found = days.zone_named(rest)
    if not rest:
        talk.ask_zone()
    elif found is None:
        talk.tell(texts.BAD_ZONE)
    else:
        talk.set_zone(found)


def day(talk: Talk, rest: str) -> None:
    """Another hour at which the day begins."""
    if rest in tuple("0123456"):
        talk.diary.change(talk.person, day=int(rest))
        talk.tell(talk.fill(texts.DAY, hour=f"{int(rest):02}"))
    else:
        talk.tell(texts.BAD_DAY)


def remind(talk: Talk, rest: str) -> None:
    """Another time of the reminder, or none."""
    found = _TIME.fullmatch(rest)
    if rest.lower() == "off":
        talk.person.remind = -1
        talk.tell(texts.REMIND_OFF)
    elif found:
        talk.person.remind = (int(found[1]) * 60 + int(found[2])) % A_DAY
        talk.tell(talk.fill(texts.REMIND, time=f"{int(found[1]):02}:{found[2]}"))
    else:
        talk.tell(texts.BAD_REMIND)
        return
    talk.diary.change(talk.person, remind=talk.person.remind)
    talk.set_due()


def forget(talk: Talk, rest: str) -> None:
    """Forget a food."""
    name = " ".join(rest.split())
    known = talk.diary.foods.forget(talk.person.id, entries.folded(name)) if name else None
    if known is not None:
        talk.tell(talk.fill(texts.FORGOT, name=known))
    else:
        talk.tell(talk.fill(texts.NO_FOOD, name=name[: entries.LONGEST_NAME]) if name else texts.NOT_UNDERSTOOD)


def mydata(talk: Talk, _: str) -> None:
    """All entries as a file."""
    talk.answers.append(File(zone=talk.person.zone, entries=talk.diary.everything(talk.person)))


def undo(talk: Talk, _: str) -> None:
    """Take back what was noted last."""
    noting.undo_last(talk)


def foods(talk: Talk, _: str) -> None:
    """The foods last used."""
    talk.show_foods()


def settings(talk: Talk, _: str) -> None:
    """What can be set."""
    talk.tell(*talk.settings())


def about(talk: Talk, _: str) -> None:
    """The norm, and how to write."""
    talk.tell_norm()


def unknown(talk: Talk, _: str) -> None:
    """A command that there is not."""
    talk.tell(texts.NOT_UNDERSTOOD)


Work = Callable[[Talk, str], None]
SPEAK = "the name of a language"
ALWAYS: Mapping[str, Work] = {
    "language": ask_language,
    SPEAK: speak,
    "delete_me": ask_delete,
    texts.CALCULATE.text: calculate,
}
"""What needs no norm."""
BEFORE = frozenset({"norm", "tz"})
"""Commands that say something, if they do, before there is a norm."""
COMMANDS: Mapping[str, Work] = {
    "start": about,
    "help": about,
    "today": today,
    "week": week,
    "month": month,
    "undo": undo,
    "foods": foods,
    "settings": settings,
    "norm": norm,
    "tz": zone,
    "day": day,
    "remind": remind,
    "forget": forget,
    "mydata": mydata,
    texts.TODAY.text: today,
    texts.WEEK.text: week,
    texts.MONTH.text: month,
    texts.UNDO.text: undo,
    texts.FOODS.text: foods,
    texts.SETTINGS.text: settings,
}
"""By the command's name, or by what a button says in English."""
