"""What comes of a tap on an inline button."""

from bots.roulette import bans, inputs, moderation, texts, wishes
from bots.roulette.acts import Act, Person, Redrawn, Removed
from bots.roulette.forgetting import delete
from bots.roulette.texts import WAITING

DELETE, RULES, REPORT = "delete", "rules", "report"


def pressed(act: Act, number: int, message: int, data: str, enough: int) -> None:
    """Answer a tap of somebody below one of his messages; see `moderation.report` for `enough`."""
    kind, _, rest = data.partition(":")
    me = act.person(number)
    ban = bans.ban_of(act, number)
    if kind == DELETE and (ban or me.accepted):
        act.effects.append(Removed(number, message))
        if rest == "yes":
            delete(act, number)
    elif ban:
        bans.tell(act, number, ban)
    elif kind == RULES:
        inputs.accept(act, me, rest)
    elif not me.accepted:
        inputs.turn_away(act, me)
    elif kind == REPORT:
        act.effects.append(Removed(number, message))
        _report(act, me, rest, enough)
    else:
        _wish(act, me, message, data)


def _report(act: Act, me: Person, rest: str, enough: int) -> None:
    chat, _, reason = rest.partition(":")
    if reason.isdecimal() and chat.isdecimal() and int(reason) <= texts.NOT_AGAIN:
        moderation.report(act, me, int(chat), int(reason), enough)


def _wish(act: Act, me: Person, message: int, data: str) -> None:
    if act.state(me.id) == WAITING:
        act.tell(me.id, texts.SEARCH_HINT)
    elif shown := wishes.press(act, me, data):
        text, markup = shown
        act.effects.append(Redrawn(me.id, message, text, markup))
