"""What comes of a text, a photo or a contact in a private chat."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bots.bazaar import (
    asking,
    boards,
    drafts,
    fields,
    giving,
    moderation,
    owning,
    questions,
    reading,
    search,
    subscriptions,
    texts,
)
from bots.bazaar.ads import BUY, SELL, SERVICE, Content
from bots.bazaar.commands import COMMANDS, SEARCH, ask_search, command_in, menu
from bots.bazaar.drafts import PHOTOS, PREVIEW, READY, Draft
from bots.bazaar.visit import Visit
from runtime.languages import Phrase

KINDS = {texts.SELL: SELL, texts.BUY: BUY, texts.SERVICE: SERVICE}
MENU: Mapping[Phrase, Callable[[Visit], None]] = {
    texts.GIVE: giving.begin,
    texts.LOOK: reading.begin,
    texts.MY: owning.my,
    texts.SUBSCRIBED: subscriptions.show,
    texts.SEARCH: ask_search,
    texts.TO_MENU: lambda visit: menu(visit, ""),
}


def text(visit: Visit, said: str) -> None:
    """Answer a text."""
    draft = drafts.find(visit.tables, visit.me.id)
    name, rest = command_in(said)
    button = None if name else boards.button_in(said, asking.shown(visit, draft))
    asked, visit.me.asking = visit.me.asking, ""
    if (name or button) and asked.startswith(moderation.REASON):
        visit.me.asking = asked
    if name:
        COMMANDS[name](visit, rest)
    elif button:
        _press(visit, draft, button)
    elif asked.startswith(moderation.REASON):
        _, number, version = asked.split()
        moderation.answer(visit, int(number), int(version), said)
    elif asked == SEARCH:
        search.begin(visit, said)
    elif draft:
        giving.take(visit, draft, said)
    elif fields.is_line(said):
        giving.take_line(visit, said)
    else:
        _not_shown(visit, said)


def _not_shown(visit: Visit, said: str) -> None:
    """A button of an older keyboard still leads somewhere."""
    kind = next((kind for phrase, kind in KINDS.items() if said in texts.labels(phrase)), None)
    if kind:
        giving.choose_kind(visit, kind)
    elif any(said in texts.labels(phrase) for phrase in (*OF_DRAFTS, *questions.LABELS.values(), texts.PHOTOS)):
        visit.tell(texts.NO_DRAFT, boards.START)
    elif any(said in texts.labels(phrase) for phrase in (*texts.CATEGORIES.values(), texts.BACK)):
        giving.begin(visit)
    else:
        hint(visit)


def hint(visit: Visit) -> None:
    """It is not understood."""
    visit.tell(texts.HINT, boards.START)


def _press(visit: Visit, draft: Draft | None, button: Phrase) -> None:
    categories = {phrase: name for name, phrase in texts.CATEGORIES.items()}
    if button in MENU:
        MENU[button](visit)
    elif button in KINDS:
        giving.choose_kind(visit, KINDS[button])
    elif button in categories:
        giving.start(visit, Content(BUY if visit.me.keyboard == boards.BUY else SELL, categories[button]))
    elif button is texts.CANCEL:
        giving.cancel(visit, draft)
    elif button is texts.BACK:
        giving.go_back(visit, draft)
    elif draft is None:
        visit.tell(texts.NO_DRAFT, boards.START)
    else:
        press = OF_DRAFTS.get(button)
        if press:
            press(visit, draft)
        else:
            giving.change(visit, draft, button)


def _step(wanted: str, to: str, *, without_photos: bool = False) -> Callable[[Visit, Draft], None]:
    """A button that leads from one step to another; at any other one it repeats the open question."""

    def press(visit: Visit, draft: Draft) -> None:
        if draft.step == wanted:
            draft.step = to
            if without_photos:
                draft.drop_photos()
        asking.ask(visit, draft)

    return press


OF_DRAFTS: Mapping[Phrase, Callable[[Visit, Draft], None]] = {
    texts.SKIP: giving.skip,
    texts.SEND_NUMBER: asking.ask,
    texts.GO_ON: asking.ask,
    texts.WITH_PHOTOS: _step(PHOTOS, READY),
    texts.NO_PHOTOS: _step(PHOTOS, PREVIEW, without_photos=True),
    texts.READY: _step(READY, PREVIEW),
    texts.SEND: giving.send,
    texts.CHANGE: _step(PREVIEW, drafts.CHANGE),
}


def contact(visit: Visit, phone: str, whose: int) -> None:
    """A number that somebody shares is taken if it is his own."""
    if whose != visit.me.id:
        visit.tell(texts.OWN_NUMBER)
        return
    visit.me.contact = fields.shared(phone)
    visit.tell(texts.NUMBER_TAKEN)
    draft = drafts.find(visit.tables, visit.me.id)
    if draft and draft.step == "contact":
        draft.content.contact = visit.me.contact
        giving.go_on(visit, draft)


class Taken(NamedTuple):
    """What is to be said of photos when no more of them come."""

    text: str
    keyboard: str


def photo(visit: Visit, message: int, file: str, unique: str) -> Taken | None:
    """Take a photo of an ad; None if it is answered already."""
    draft = drafts.find(visit.tables, visit.me.id)
    if draft is None:
        return Taken(visit.say(texts.PHOTO_WITHOUT_AD), boards.START)
    if draft.step not in (PHOTOS, READY):
        _out_of_place(visit, draft)
        return None
    has_room = draft.add_photo(message, file, unique)
    draft.step, visit.me.keyboard = READY, boards.READY
    drafts.put(visit.tables, draft)
    lines = [visit.say(texts.PHOTOS_ARE, n=len(draft.photos)), *([] if has_room else [visit.say(texts.MOST_PHOTOS)])]
    return Taken("\n".join(lines), boards.READY)


def other(visit: Visit) -> None:
    """Anything that is no text, no photo and no contact."""
    draft = drafts.find(visit.tables, visit.me.id)
    if draft is None:
        hint(visit)
    elif draft.step in (PHOTOS, READY):
        visit.tell(texts.ONLY_PHOTOS)
    else:
        _out_of_place(visit, draft)


def _out_of_place(visit: Visit, draft: Draft) -> None:
    if draft.step in questions.ASKED:
        giving.complain(visit, draft.step)
    else:
        asking.ask(visit, draft)
