"""The open question of a draft: how it is asked, and which buttons come with it."""

from collections.abc import Iterable

from aiogram.types import KeyboardButton

from bots.bazaar import boards, card, drafts, questions, texts
from bots.bazaar.ads import SELL
from bots.bazaar.card import Card
from bots.bazaar.drafts import CHANGE, PHOTOS, PREVIEW, READY, Draft
from bots.bazaar.visit import Visit
from runtime.languages import Phrase

AUTO = "auto"


def ask(visit: Visit, draft: Draft) -> None:
    """Ask the open question, and keep the draft."""
    drafts.put(visit.tables, draft)
    if draft.step == PHOTOS:
        _ask_photos(visit, draft)
    elif draft.step == READY:
        visit.tell(texts.SEND_PHOTOS, boards.READY)
    elif draft.step == PREVIEW:
        shown = _whole(visit, draft, texts.ASK_SEND)
        visit.show(draft.content.photos, shown.text, shown.entities, boards.PREVIEW)
    elif draft.step == CHANGE:
        _ask_change(visit, draft)
    else:
        visit.me.keyboard = boards.ASK
        visit.tell(_question(visit, draft), boards.made(_rows(visit, draft)))


def _ask_photos(visit: Visit, draft: Draft) -> None:
    shown = _whole(visit, draft, texts.ASK_PHOTOS)
    visit.tell(shown.text, boards.PHOTOS, marks=shown.entities)


def _whole(visit: Visit, draft: Draft, asked: Phrase) -> Card:
    """The card, and what is asked about it."""
    return card.whole(draft.content, visit.bazaar.username, draft.ad, after=f"\n\n{visit.say(asked)}")


def _ask_change(visit: Visit, draft: Draft) -> None:
    visit.me.keyboard = boards.CHANGE
    names = [visit.say(phrase) for phrase in shown(visit, draft)]
    rows = [names[start : start + 2] for start in range(0, len(names) - 1, 2)]
    visit.tell(texts.ASK_CHANGE, boards.made([*rows, names[-1:]]) if len(names) % 2 else boards.made(rows))


def _question(visit: Visit, draft: Draft) -> str:
    """The question of a field; the first one of a car says how all are answered in one line."""
    question = visit.say(questions.ASKED[draft.step])
    return f"{visit.say(texts.AUTO_HOW)}\n\n{question}" if takes_line(draft) else question


def takes_line(draft: Draft) -> bool:
    """Whether a car in one line answers it."""
    content = draft.content
    return (content.kind, content.category, draft.step, draft.is_single) == (SELL, AUTO, "title", False)


def _rows(visit: Visit, draft: Draft) -> Iterable[Iterable[str | KeyboardButton]]:
    if drafts.is_optional(draft.step, draft.content.kind, draft.content.category):
        yield [visit.say(texts.SKIP)]
    if draft.step == "contact":
        yield [KeyboardButton(text=visit.say(texts.SEND_NUMBER), request_contact=True)]
        if visit.me.contact:
            yield [visit.me.contact]
    yield [visit.say(texts.BACK), visit.say(texts.CANCEL)]


def shown(visit: Visit, draft: Draft | None) -> tuple[Phrase, ...]:
    """The buttons of the keyboard that is shown."""
    name = visit.me.keyboard
    if name == boards.ASK and draft and draft.step in questions.ASKED:
        optional = drafts.is_optional(draft.step, draft.content.kind, draft.content.category)
        own = [texts.SKIP] if optional else []
        return (*own, *([texts.SEND_NUMBER] if draft.step == "contact" else []), texts.BACK, texts.CANCEL)
    if name == boards.CHANGE and draft:
        names = drafts.asked(draft.content.kind, draft.content.category)
        return (*(questions.LABELS[name] for name in names), texts.PHOTOS, texts.BACK)
    return tuple(boards.phrases(name))
