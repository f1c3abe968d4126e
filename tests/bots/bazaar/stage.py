"""What the stories of the bazaar share: a bot that is set up, a channel, people who give ads and press buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.state.view import NotShownError
from tests.stories.harness import PATIENCE, set_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.state.channels import Channel
    from emulator.state.chats import Json
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from emulator.state.view import View
    from tests.stories.launcher import Bot

CHANNEL = -1001234567890
SETTINGS = {"BOT": "bazaar", "CHANNEL_ID": str(CHANNEL), "QUIET_HOURS": "0-0", "REPOST_INTERVAL": "0"}
SETTINGS |= {"ADS_PER_DAY": "0"}
START = [["Эълон бермоқчиман"], ["Эълонларни кўрмоқчиман"], ["Менюга қайтиш"]]
CAR = "Авто: Lacetti, 2015, 35000, яхши, 7,000, +998931234567"
CARD = "🚗 Lacetti сотилади!\n⚙️ Йили: 2015\n🏃 Пробег: 35000\n🔦 Ҳолати: яхши\n💰 Нархи: 7000\n"
CARD += "📞 Мурожаат учун: +998931234567\n\nВодий бозор"


async def open_bazaar(bot: Bot, telegram: Telegram, **env: str) -> tuple[Person, Channel]:
    """Start it with a channel."""
    channel = telegram.channel(CHANNEL, "Водий бозор", username="vodiy_bozor")
    await bot.start(**{**SETTINGS, **env})
    return await set_up(bot, telegram), channel


async def told(person: Person, text: str, beginning: str = "") -> str:
    """Say something and wait for the text that answers, which begins so."""
    before = newest_of(person)
    person.send(text)
    return await after(person, before, beginning)


async def tapped(person: Person, text: str, beginning: str = "") -> str:
    """Tap a button of the reply keyboard and wait for the text that answers."""
    before = newest_of(person)
    person.tap(text)
    return await after(person, before, beginning)


async def after(person: Person, before: int, beginning: str = "") -> str:
    """The newest text after a message, as soon as one begins so."""

    def found() -> list[str]:
        return [
            str(one.data["text"])
            for number, one in person.chat.messages.items()
            if one.outgoing and number > before and "text" in one.data and one.data["text"].startswith(beginning)
        ]

    await person.wait(found, PATIENCE)
    return found()[-1]


def newest_of(person: View) -> int:
    """The id of the newest message."""
    return max(person.chat.messages, default=0)


async def pressed(person: Person, text: str, message: Json | None = None) -> str:
    """Press an inline button as soon as it is there; what it is answered by."""

    def press() -> str:
        try:
            return person.press(text, message)
        except NotShownError:
            return ""

    query = await person.wait(press, PATIENCE)
    await person.wait(lambda: person.alert(query), PATIENCE)
    return str((person.alert(query) or {}).get("text", ""))


async def seen(view: View, beginning: str, count: int = 1) -> str:
    """Wait until so many texts of the bot begin so; the newest."""

    def found() -> list[str]:
        return [text for text in view.answers if text.startswith(beginning)]

    await view.wait(lambda: len(found()) >= count, PATIENCE)
    return found()[-1]


async def give_car(person: Person, photos: Iterable[bytes] = ()) -> None:
    """Give a car in one line, up to the moderators."""
    await told(person, CAR, "🚗")
    pictures = list(photos)
    if pictures:
        before = newest_of(person)
        if len(pictures) > 1:
            person.album(pictures)
        else:
            person.photo(pictures[0])
        await after(person, before, f"Расмлар: {len(pictures)}")
        await tapped(person, "✅ Тайёр", "🚗")
    else:
        await tapped(person, "❌ Расм йўқ", "🚗")
    await tapped(person, "✅ Юбориш", "Эълон қабул қилинди")


async def posted(channel: Channel, text: str, count: int = 1) -> list[Json]:
    """Wait until so many posts of the channel hold this; they are all that do."""

    def found() -> list[Json]:
        return [one for one in channel.messages if text in str(one.get("text", one.get("caption", "")))]

    await channel.wait(lambda: len(found()) == count, PATIENCE)
    return found()


def buttons(message: Json) -> list[str]:
    """The inline buttons of a message."""
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
