"""Commands, and what answers them."""

from collections.abc import Callable, Mapping

from bots.bazaar import boards, fields, forgetting, owning, reading, search, texts
from bots.bazaar.visit import Visit
from runtime.keyboards import inline

Command = Callable[[Visit, str], None]

SEARCH = "search"
"""What somebody is asked whose next text is a query."""


def _start(visit: Visit, rest: str) -> None:
    if rest.startswith("ad_") and (number := fields.number_in(rest.removeprefix("ad_"))):
        reading.show(visit, number)
    elif rest == "menu":
        menu(visit, "")
    else:
        visit.tell(visit.say(texts.GREETING, wish=visit.say(texts.WISH)), boards.START)


def _ads(visit: Visit, _: str) -> None:
    visit.tell(texts.WISH, boards.START)


def menu(visit: Visit, _: str) -> None:
    """Show what there is."""
    visit.tell(texts.MENU, boards.MENU)


def _language(visit: Visit, _: str) -> None:
    rows = [[(name, f"speak:{code}")] for name, code in texts.LANGUAGE_NAMES.items()]
    visit.tell(texts.ASK_LANGUAGE, inline(*rows))


def _search(visit: Visit, rest: str) -> None:
    if rest:
        search.begin(visit, rest)
    else:
        ask_search(visit)


def ask_search(visit: Visit) -> None:
    """Ask for a query: the next text is one."""
    visit.me.asking = SEARCH
    visit.tell(texts.ASK_SEARCH)


COMMANDS: Mapping[str, Command] = {
    "start": _start,
    "ads": _ads,
    "menu": menu,
    "my": lambda visit, _: owning.my(visit),
    "search": _search,
    "rules": lambda visit, _: visit.tell(texts.RULES),
    "language": _language,
    "delete_me": lambda visit, _: forgetting.ask(visit),
}


def command_in(text: str) -> tuple[str, str]:
    """The command that a text is, and what follows; "" for none."""
    if not text.startswith("/"):
        return "", ""
    word, _, rest = text[1:].replace("\n", " ").partition(" ")
    name = word.partition("@")[0].lower()
    return (name, rest.strip()) if name in COMMANDS else ("", "")
