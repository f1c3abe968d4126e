"""What the admin reads when he commands, in Russian."""

from collections.abc import Sequence

from runtime.admin.chat import AdminChat
from runtime.languages import Phrase
from runtime.names import one_line
from runtime.people import BANNED, BLOCKED, SERVED, Card

COMMANDS = {
    "stats": "Сводка с графиком кликов по часам",
    "top": "Лучшие игроки: /top 20",
    "player": "Всё об игроке: /player ID",
    "ban": "Забанить игрока: /ban ID",
    "unban": "Снять бан: /unban ID",
    "backup": "Сохранить копию сейчас",
    "backups": "Какие копии хранятся и целы ли они",
    "export": "Выгрузка: /export csv, xlsx, sqlite или json",
    "drill": "Скачать копию и сверить с таблицей",
    "broadcast": "Разослать всем сообщение, на которое вы отвечаете",
}
"""The admin's command menu: name and description."""

MOST_TOP = 100
MESSAGE_LENGTH = 4096
"""Characters of one message (Bot API, sendMessage)."""

TOP_HOW = f"Напишите /top и сколько игроков показать, от 1 до {MOST_TOP}."
NO_PLAYERS = "Игроков пока нет."
ID_HOW = "Напишите после /{command} номер игрока, например /{command} 1234567."
NAMESAKES = "Так зовут нескольких, укажите номер:"
BUSY = "Предыдущая такая команда ещё выполняется, дождитесь её."

STATUSES = {SERVED: Phrase("is served"), BLOCKED: Phrase("has blocked the bot"), BANNED: Phrase("is banned")}
LANGUAGES = {"": "как в Telegram", "ru": "русский", "en": "английский", "uz": "узбекский"}


def top(players: Sequence[tuple[int, str, int]]) -> list[str]:
    """A line for each player, in as many messages as they need."""
    lines = [
        f"{place}: {one_line(name)} - {clicks}🏆 (id {chatid})"
        for place, (chatid, name, clicks) in enumerate(players, 1)
    ]
    return in_messages(lines or [NO_PLAYERS])


def in_messages(lines: Sequence[str]) -> list[str]:
    """Lines in as few messages as hold them."""
    messages = [""]
    for line in lines:
        if len(messages[-1]) + len(line) >= MESSAGE_LENGTH:
            messages.append("")
        messages[-1] += ("\n" if messages[-1] else "") + line
    return messages


def no_player(chatid: int) -> str:
    """Nobody has this id."""
    return f"Игрока с номером {chatid} нет."


def nobody(name: str) -> str:
    """Nobody is called so."""
    return f"Игрока с именем {one_line(name)} нет."


def namesakes(admin: AdminChat, people: Sequence[Card]) -> list[str]:
    """Several are called so."""
    return in_messages([NAMESAKES, *(card(admin, person) for person in people[:MOST_TOP])])


def card(admin: AdminChat, person: Card) -> str:
    """All that is known of a person."""
    facts = [*map(admin.say, person.facts), admin.say(STATUSES.get(person.status, str(person.status)))]
    if person.language is not None:
        facts.append(f"язык {LANGUAGES.get(person.language, person.language)}")
    return f"{_who(person)}: {', '.join(facts)}."


def banned(player: Card) -> str:
    """The answer to /ban."""
    return f"{_who(player)}: забанен, клики больше не считаются."


def unbanned(player: Card) -> str:
    """The answer to /unban, for the player as he was before."""
    return f"{_who(player)}: {'бан снят, снова в игре' if player.status == BANNED else 'не забанен'}."


def _who(player: Card) -> str:
    return f"{one_line(player.name)} (id {player.id})"


BAN_SELF = "Себя забанить нельзя."
