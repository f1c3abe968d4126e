"""Reports: a person complains of a partner, and the moderator decides by a card in his chat."""

from typing import NamedTuple

from bots.roulette import bans, texts
from bots.roulette.acts import Act, Card, Notice, Person
from bots.roulette.bans import DAY
from bots.roulette.pairing import KEPT, leave, pair_of
from bots.roulette.wishes import phrased
from runtime.languages import Phrase

CARD = Phrase("Report no. {number}: {reason}")
WHO = Phrase("Who: {person}, different people in a day: {count}")
FROM = Phrase("From: {reporter}")
AUTOMATIC = Phrase("Banned for a day by the bot.")
APPEAL = Phrase("Appeal: {person}")
DECISION = Phrase("Decision: {decision}")
SHOW, LIFT, LEAVE = Phrase("Show"), Phrase("Lift the ban"), Phrase("Leave it")
DECISIONS = {
    "1": Phrase("ban for 1 day"),
    "7": Phrase("ban for 7 days"),
    "0": Phrase("ban for ever"),
    "no": Phrase("rejected"),
    "lift": Phrase("ban lifted"),
    "stay": Phrase("ban stays"),
}
"""By the end of the button's data; numbers are days."""
BANS = {"1": Phrase("Ban 1 day"), "7": Phrase("Ban 7 days"), "0": Phrase("Ban for ever")}

_APART = "INSERT INTO apart (who, whom) VALUES (?, ?) ON CONFLICT DO NOTHING"
_SAID = "SELECT 1 FROM relays WHERE chat = ? AND sender = ? LIMIT 1"
_SEEN = f"""
SELECT copy FROM relays WHERE chat = ? AND sender = ? AND copy <> 0 ORDER BY number DESC LIMIT {KEPT}"""
_REPORT = """
INSERT INTO reports (number, reporter, person, chat, reason, at, seen)
SELECT coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ? FROM reports WHERE true ON CONFLICT DO NOTHING RETURNING number"""
_REPORTERS = f"SELECT count(DISTINCT reporter) FROM reports WHERE person = ? AND at > ? - {DAY}"
_FIND = "SELECT number, reporter, person, reason, seen FROM reports WHERE number = ?"
_DECIDE = "UPDATE reports SET is_open = 0 WHERE number = ?"


class Report(NamedTuple):
    """What a card is about."""

    number: int
    reporter: int
    person: int
    reason: int
    seen: str


def ask(act: Act, me: Person) -> None:
    """Ask what is wrong with the partner, or with the last one for a day."""
    pair = pair_of(act, me.id)
    chat = pair.chat if pair else me.chat
    if pair is None and not _is_fresh(act, me):
        act.tell(me.id, texts.NO_REPORT)
        return
    rows = {f"report:{chat}:{place}": reason for place, reason in enumerate(texts.REASONS[: texts.NOT_AGAIN + 1])}
    markup = phrased({**rows, "report:no": texts.CANCEL}, me.code)
    act.effects.append(Notice(me.id, texts.say(texts.ASK_REPORT, me.code), markup))


def _is_fresh(act: Act, me: Person) -> bool:
    return me.last != 0 and act.now <= me.ended + DAY


def report(act: Act, me: Person, chat: int, reason: int, enough: int) -> None:
    """Take a reason for a chat; as many reporters as are `enough` ban at once, 0: never."""
    pair = pair_of(act, me.id)
    if pair and pair.chat == chat:
        partner = pair.other(me.id)
    elif me.chat == chat and _is_fresh(act, me):
        partner, pair = me.last, None
    else:
        act.tell(me.id, texts.NO_REPORT)
        return
    act.tables.execute(_APART, (me.id, partner))
    said = act.tables.execute(_SAID, (chat, partner)).fetchone()
    seen = " ".join(str(row[0]) for row in act.tables.execute(_SEEN, (chat, partner)))
    if reason == texts.NOT_AGAIN:
        act.tell(me.id, texts.APART)
        return
    if pair:
        leave(act, me.id, None, texts.LEFT)
    act.tell(me.id, texts.REPORTED if said else texts.APART)
    if said:
        row = act.tables.execute(_REPORT, (me.id, partner, chat, reason, act.now, seen)).fetchone()
        if row:
            _card(act, Report(row[0], me.id, partner, reason, seen), enough)


def _card(act: Act, report: Report, enough: int) -> None:
    count = act.tables.execute(_REPORTERS, (report.person, act.now)).fetchone()[0]
    is_automatic = 0 < enough <= count and bans.ban_of(act, report.person) is None
    phrases = [
        Phrase(CARD.text, number=report.number, reason=texts.REASONS[report.reason]),
        Phrase(WHO.text, person=report.person, count=count),
        Phrase(FROM.text, reporter=report.reporter),
    ]
    if is_automatic:
        bans.ban(act, report.person, 1, report.reason, report.number)
        phrases.append(AUTOMATIC)
    buttons = {"show": SHOW, **BANS, "no": Phrase("Reject")}
    act.effects.append(Card(tuple(phrases), {f"card:{report.number}:{end}": says for end, says in buttons.items()}))


def appeal(act: Act, person: int, why: str) -> None:
    """Send the moderator what he writes, as a card."""
    if words := bans.appeal(act, person, why):
        buttons = {f"appeal:{person}:lift": LIFT, f"appeal:{person}:stay": LEAVE}
        act.effects.append(Card((Phrase(APPEAL.text, person=person), words), buttons))


def find(act: Act, number: int) -> Report | None:
    """The report with this number."""
    row = act.tables.execute(_FIND, (number,)).fetchone()
    return Report._make(row) if row else None


def decide(act: Act, report: Report, how: str) -> dict[str, Phrase]:
    """Carry a decision out; returns the buttons that the card has now."""
    act.tables.execute(_DECIDE, (report.number,))
    if how in BANS:
        bans.ban(act, report.person, int(how), report.reason)
        return {f"card:{report.number}:lift": LIFT}
    if how == "lift" or (how == "no" and _has_banned(act, report)):
        bans.lift(act, report.person)
    return {}


def _has_banned(act: Act, report: Report) -> bool:
    """Whether the ban in force is the one that came with this report, by itself."""
    ban = bans.ban_of(act, report.person)
    return ban is not None and ban.report == report.number


def answer_appeal(act: Act, person: int, how: str) -> None:
    """Lift the ban, or tell him that it stays."""
    if how == "lift":
        bans.lift(act, person)
    elif bans.ban_of(act, person):
        act.tell(person, texts.REFUSED)
