"""Giving an ad: from its kind to the preview, question by question."""

import random
from datetime import UTC, datetime

from bots.bazaar import boards, drafts, fields, limits, questions, submitting, texts
from bots.bazaar.ads import SELL, SERVICE, Content
from bots.bazaar.asking import AUTO, ask, takes_line
from bots.bazaar.clock import EAST
from bots.bazaar.drafts import CHANGE, PHOTOS, PREVIEW, Draft
from bots.bazaar.visit import Visit
from runtime.languages import Phrase


def begin(visit: Visit) -> None:
    """Ask what kind of ad it will be, or what becomes of the one that is not sent yet."""
    if draft := drafts.find(visit.tables, visit.me.id):
        tell_of(visit, draft)
    else:
        visit.tell(visit.say(texts.ASK_KIND, ok=random.choice(texts.AGREED)), boards.KINDS)  # noqa: S311 - a courtesy


def tell_of(visit: Visit, draft: Draft) -> None:
    """Ask what becomes of a draft."""
    name = visit.say(texts.CATEGORIES[draft.content.category]).partition(" ")[2].lower()
    visit.tell(visit.say(texts.OLD_DRAFT, category=name), boards.OLD)


def choose_kind(visit: Visit, kind: str) -> None:
    """Ask for the category; services are one."""
    if draft := drafts.find(visit.tables, visit.me.id):
        tell_of(visit, draft)
    elif kind == SERVICE:
        start(visit, Content(SERVICE, SERVICE))
    else:
        visit.tell(texts.ASK_SELL if kind == SELL else texts.ASK_BUY, kind)


def start(visit: Visit, content: Content) -> None:
    """Begin a draft with its first question, unless there were enough ads today."""
    if draft := drafts.find(visit.tables, visit.me.id):
        tell_of(visit, draft)
    elif limits.is_reached(visit, content.category):
        visit.tell(texts.LIMIT)
    else:
        step = drafts.asked(content.kind, content.category)[0]
        ask(visit, Draft(visit.me.id, content, step))


def go_back(visit: Visit, draft: Draft | None) -> None:
    """One question back; before the first one there is no draft any more."""
    if draft is None:
        visit.tell(visit.say(texts.ASK_KIND, ok=random.choice(texts.AGREED)), boards.KINDS)  # noqa: S311 - a courtesy
        return None
    names = drafts.asked(draft.content.kind, draft.content.category)
    if draft.step == CHANGE or draft.step not in names:
        draft.step = PREVIEW
    elif draft.is_single:
        draft.step, draft.is_single = CHANGE, False
    elif draft.step == names[0]:
        drafts.drop(visit.tables, visit.me.id)
        return begin(visit) if draft.content.kind == SERVICE else choose_kind(visit, draft.content.kind)
    else:
        draft.step = names[names.index(draft.step) - 1]
    return ask(visit, draft)


def go_on(visit: Visit, draft: Draft) -> None:
    """The next question, or the preview again if one field alone was changed."""
    names = drafts.asked(draft.content.kind, draft.content.category)
    if draft.is_single:
        draft.step, draft.is_single = PREVIEW, False
    else:
        draft.step = PHOTOS if draft.step == names[-1] else names[names.index(draft.step) + 1]
    ask(visit, draft)


def skip(visit: Visit, draft: Draft) -> None:
    """Leave a field empty."""
    for name, value in fields.EMPTY[draft.step].items():
        setattr(draft.content, name, value)
    go_on(visit, draft)


def take(visit: Visit, draft: Draft, text: str) -> None:
    """Take a text as the answer to the open question."""
    if draft.step not in questions.ASKED:
        ask(visit, draft)
        return
    if takes_line(draft) and fields.is_line(text):
        take_line(visit, text)
        return
    found = fields.read(draft.step, text, year(visit))
    if found is None:
        complain(visit, draft.step)
        return
    for name, value in found.items():
        setattr(draft.content, name, value)
    if draft.step == "contact":
        visit.me.contact = draft.content.contact
    go_on(visit, draft)


def complain(visit: Visit, *names: str) -> None:
    """Say what is expected; the question stays."""
    lines = [visit.say(questions.EXPECTED[name], year=year(visit) + 1) for name in names]
    visit.tell("\n".join([visit.say(texts.WRONG), *lines]))


def take_line(visit: Visit, text: str) -> None:
    """Take a car in one line: all of it, or nothing."""
    found = fields.read_line(text, year(visit))
    if found.wrong:
        names = ", ".join(visit.say(questions.LABELS[name]) for name in found.wrong)
        visit.tell(visit.say(texts.WRONG_LINE, fields=names))
        return
    if limits.is_reached(visit, AUTO):
        visit.tell(texts.LIMIT)
        return
    content = Content(SELL, AUTO)
    for name, value in found.values.items():
        setattr(content, name, value)
    visit.me.contact = content.contact
    ask(visit, Draft(visit.me.id, content, PHOTOS))


def change(visit: Visit, draft: Draft, label: Phrase) -> None:
    """Ask one field again, or the photos anew."""
    names = {phrase: name for name, phrase in questions.LABELS.items()}
    if label is texts.PHOTOS:
        draft.drop_photos()
        draft.step = PHOTOS
    else:
        draft.step, draft.is_single = names[label], True
    ask(visit, draft)


def cancel(visit: Visit, draft: Draft | None) -> None:
    """Forget the draft."""
    if draft is None:
        visit.tell(texts.NO_DRAFT, boards.START)
        return
    drafts.drop(visit.tables, visit.me.id)
    visit.tell(texts.CANCELLED, boards.START)


def send(visit: Visit, draft: Draft) -> None:
    """Hand it to the moderators."""
    if draft.step != PREVIEW:
        ask(visit, draft)
    elif not draft.ad and limits.is_reached(visit, draft.content.category):
        visit.tell(texts.LIMIT)
    else:
        drafts.drop(visit.tables, visit.me.id)
        submitting.submit(visit, draft)
        visit.tell(texts.ACCEPTED, boards.START)


def year(visit: Visit) -> int:
    """The year in which it was sent, in Tashkent."""
    return datetime.fromtimestamp(visit.date + EAST, UTC).year
