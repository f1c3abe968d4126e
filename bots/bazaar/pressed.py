"""What comes of an inline button."""

from bots.bazaar import boards, forgetting, owning, reading, texts
from bots.bazaar.fields import number_in
from bots.bazaar.visit import Visit


def pressed(visit: Visit, data: str) -> None:
    """Do what a button of somebody's own says."""
    kind, _, rest = data.partition(":")
    deed, _, argument = rest.partition(":")
    if kind == "own":
        owning.pressed(visit, deed, number_in(argument) or 0)
    elif kind == "sold":
        owning.answered(visit, deed, number_in(argument) or 0)
    elif kind == "speak" and rest in texts.CODES:
        visit.me.language = rest
        visit.tell(texts.LANGUAGE_CHANGED, boards.START)
    elif kind == "forget":
        forgetting.answered(visit, deed)
    elif not reading.pressed(visit, data):
        visit.warn(texts.GONE)
