"""What the admin reads when he commands."""

from collections.abc import Sequence

from runtime.languages import Phrase
from runtime.names import one_line
from runtime.people import BANNED, BLOCKED, SERVED, Card

COMMANDS = {
    "stats": Phrase("Figures, and a chart by hours"),
    "top": Phrase("The best: /top 20"),
    "player": Phrase("All about a person: /player ID"),
    "ban": Phrase("Ban a person: /ban ID"),
    "unban": Phrase("Lift a ban: /unban ID"),
    "backup": Phrase("Save a copy now"),
    "backups": Phrase("Which copies there are, and whether they are good"),
    "export": Phrase("Export: /export csv, xlsx, sqlite or json"),
    "drill": Phrase("Download the copy and compare it with the table"),
    "broadcast": Phrase("Send the message that you answer to everybody"),
}
"""The admin's command menu: name and description."""

MOST_TOP = 100
MESSAGE_LENGTH = 4096
"""Characters of one message (Bot API, sendMessage)."""

TOP_HOW = Phrase("Write /top and how many to show, from 1 to {most}.", most=MOST_TOP)
NOBODY_YET = Phrase("There is nobody yet.")
NAMESAKES = Phrase("Several are called so, give the number:")
BUSY = Phrase("The last such command is still at work, wait for its end.")
BAN_SELF = Phrase("You cannot ban yourself.")

STATUSES = {SERVED: Phrase("is served"), BLOCKED: Phrase("has blocked the bot"), BANNED: Phrase("is banned")}
LANGUAGES = {
    "": Phrase("that of Telegram"),
    "ru": Phrase("Russian"),
    "en": Phrase("in English"),
    "uz": Phrase("Uzbek"),
}


def top(people: Sequence[tuple[int, str, int]]) -> list[Phrase]:
    """A line for each of the best."""
    return [ranked(place, person, name, number) for place, (person, name, number) in enumerate(people, 1)] or [
        NOBODY_YET
    ]


def ranked(place: int, person: int, name: str, number: int) -> Phrase:
    """Somebody in his place."""
    return Phrase("{place}: {name} - {number} (id {id})", place=place, name=one_line(name), number=number, id=person)


def in_messages(lines: Sequence[str]) -> list[str]:
    """Lines in as few messages as hold them."""
    messages = [""]
    for line in lines:
        if len(messages[-1]) + len(line) >= MESSAGE_LENGTH:
            messages.append("")
        messages[-1] += ("\n" if messages[-1] else "") + line
    return messages


def id_how(command: str) -> Phrase:
    """How a command about a person is written."""
    return Phrase("Write a number after /{command}, for instance /{command} 1234567.", command=command)


def no_person(person: int) -> Phrase:
    """Nobody has this id."""
    return Phrase("Nobody has the number {id}.", id=person)


def nobody(name: str, command: str) -> Phrase:
    """Nobody is called so."""
    return Phrase("Nobody is called {name}. {how}", name=one_line(name), how=id_how(command))


def namesakes(people: Sequence[Card]) -> list[Phrase]:
    """Several are called so."""
    return [NAMESAKES, *map(card, people[:MOST_TOP])]


def card(person: Card) -> Phrase:
    """All that is known of a person."""
    facts = [*person.facts, STATUSES.get(person.status, str(person.status))]
    if person.language is not None:
        facts.append(Phrase("language {language}", language=LANGUAGES.get(person.language, person.language)))
    return Phrase("{who}: {facts}.", who=_who(person), facts=facts)


def banned(person: Card) -> Phrase:
    """The answer to /ban."""
    return Phrase("{who}: banned, nothing of what he does counts any more.", who=_who(person))


def unbanned(person: Card) -> Phrase:
    """The answer to /unban, for the person as he was before."""
    if person.status == BANNED:
        return Phrase("{who}: the ban is lifted.", who=_who(person))
    return Phrase("{who}: is not banned.", who=_who(person))


def _who(person: Card) -> str:
    return f"{one_line(person.name)} (id {person.id})"
