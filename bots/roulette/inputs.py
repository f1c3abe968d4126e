"""What comes of a message: the table of inputs."""

from collections.abc import Callable, Mapping

from bots.roulette import bans, moderation, texts, wishes
from bots.roulette.acts import Act, Notice, Person
from bots.roulette.pairing import leave, pair_of, retune, seek, stop_search
from bots.roulette.passing import Content, pass_on
from bots.roulette.texts import IDLE, TALKING, WAITING
from runtime import words
from runtime.languages import Phrase
from runtime.words import command_in

HINTS = {IDLE: texts.IDLE_HINT, WAITING: texts.SEARCH_HINT, TALKING: texts.CHAT_HINT}
SOON = 30 * bans.DAY
"""Seconds for which somebody who is too young is told so."""

_TAG = "UPDATE people SET tag = ?2 WHERE person = ?1"
_ACCEPT = """
INSERT INTO people (person, tag, accepted) VALUES (?, ?, 1)
ON CONFLICT (person) DO UPDATE SET accepted = 1, underage = 0"""
_TOO_YOUNG = """
INSERT INTO people (person, tag, underage) VALUES (?, ?, ?)
ON CONFLICT (person) DO UPDATE SET underage = excluded.underage"""
_LANGUAGE = "UPDATE people SET language = ?2 WHERE person = ?1"

Handler = Callable[[Act, Person, int], None]


def _find(act: Act, me: Person, state: int) -> None:
    if state == IDLE:
        seek(act, me)
    else:
        act.tell(me.id, HINTS[state])


def _start(act: Act, me: Person, state: int) -> None:
    act.tell(me.id, texts.READY if state == IDLE else HINTS[state])


def _next(act: Act, me: Person, state: int) -> None:
    if state == TALKING:
        leave(act, me.id, None, texts.LEFT)
        seek(act, act.person(me.id))
    else:
        _find(act, me, state)


def _stop(act: Act, me: Person, state: int) -> None:
    if state == TALKING:
        leave(act, me.id, texts.YOU_LEFT, texts.LEFT)
    elif stop_search(act, me.id):
        act.tell(me.id, texts.CANCELLED)
    else:
        act.tell(me.id, texts.IDLE_HINT)


def _report(act: Act, me: Person, _: int) -> None:
    moderation.ask(act, me)


def _settings(act: Act, me: Person, state: int) -> None:
    if state == WAITING:
        act.tell(me.id, texts.SEARCH_HINT)
    else:
        wishes.ask(act, me)


def _language(act: Act, me: Person, state: int) -> None:
    markup = texts.WORDS.choice(texts.LABELS[state], me.code)
    act.effects.append(Notice(me.id, texts.say(words.CHOOSE, me.code), markup))


def _rules(act: Act, me: Person, _: int) -> None:
    act.tell(me.id, texts.RULES)


def ask_delete(act: Act, me: Person) -> None:
    """Ask whether everything shall go."""
    markup = wishes.phrased({"delete:yes": texts.DELETE, "delete:no": texts.CANCEL}, me.code)
    act.effects.append(Notice(me.id, texts.say(texts.ASK_DELETE, me.code), markup))


def _delete_me(act: Act, me: Person, _: int) -> None:
    ask_delete(act, me)


def _unknown(act: Act, me: Person, _: int) -> None:
    act.tell(me.id, texts.UNKNOWN)


COMMANDS: Mapping[str, Handler] = {
    "find": _find,
    "start": _start,
    "next": _next,
    "stop": _stop,
    "report": _report,
    "settings": _settings,
    "language": _language,
    "rules": _rules,
    "delete_me": _delete_me,
}
APPEAL = "appeal"
ALWAYS = frozenset({"rules", "delete_me"})
"""Commands for those who are banned as well."""

_LABELS: Mapping[Phrase, str] = {
    texts.FIND: "find",
    texts.SETTINGS: "settings",
    texts.NEXT: "next",
    texts.STOP: "stop",
    texts.CANCEL: "stop",
    texts.REPORT: "report",
}
LABELS = {said: _LABELS[label] for said, label in texts.WORDS.labels(*_LABELS).items()}


def named(text: str) -> tuple[str, str]:
    """Which command a text is, by a button or with a slash, and what follows; "" for none."""
    return (LABELS[text], "") if text in LABELS else command_in(text)


def said(act: Act, number: int, text: str, content: Content) -> None:
    """Answer a message of somebody who may be a stranger."""
    me = act.person(number)
    if me.tag != act.tag:
        act.tables.run(_TAG, (number, act.tag))
        me = me._replace(tag=act.tag)
    name, rest = named(text)
    ban = bans.ban_of(act, number)
    if name == APPEAL and (ban or me.accepted):
        moderation.appeal(act, number, rest)
    elif ban and name not in ALWAYS:
        bans.tell(act, number, ban)
    elif not me.accepted and not (ban and name in ALWAYS):
        turn_away(act, me)
    elif name:
        COMMANDS.get(name, _unknown)(act, me, act.state(number))
    elif text in texts.WORDS.names:
        _speak(act, me, texts.WORDS.names[text])
    elif pair := pair_of(act, number):
        pass_on(act, me, pair, content)
    else:
        act.tell(number, HINTS[act.state(number)])


def turn_away(act: Act, me: Person) -> None:
    """Show a newcomer the rules; who is too young comes back later."""
    if me.underage > act.now:
        act.tell(me.id, texts.UNDERAGE)
        return
    markup = wishes.phrased({"rules:yes": texts.ACCEPT, "rules:no": texts.UNDER_18}, me.code)
    act.effects.append(Notice(me.id, texts.say(texts.RULES, me.code), markup))


def accept(act: Act, me: Person, answer: str) -> None:
    """Take a newcomer in, or send him away for a month."""
    if me.accepted:
        _start(act, me, act.state(me.id))
    elif me.underage > act.now:
        act.tell(me.id, texts.UNDERAGE)
    elif answer == "yes":
        act.tables.execute(_ACCEPT, (me.id, act.tag))
        act.tell(me.id, texts.READY)
    else:
        act.tables.execute(_TOO_YOUNG, (me.id, act.tag, act.now + SOON))
        act.tell(me.id, texts.UNDERAGE)


def _speak(act: Act, me: Person, code: str) -> None:
    act.tables.execute(_LANGUAGE, (me.id, code))
    act.tell(me.id, words.CHOSEN)
    retune(act, act.person(me.id))
