"""The admin chooses in which language he is spoken to, whether he plays or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import ADMIN, PATIENCE, restart, say, set_up, sign_up

if TYPE_CHECKING:
    from emulator.state.chats import Json
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

SAID = {
    "English": {
        "/TOP 0": "Write /top and how many players to show, from 1 to 100.",
        "/player@clicker_bot 1001": "Анна (id 1001): clicks 2, rank 1 of 2, plays, language that of Telegram.",
        "/Ban": "Write a player's number after /ban, for instance /ban 1234567.",
        "/EXPORT": "Write /export csv, /export xlsx, /export sqlite or /export json.",
        "/Broadcast": "Answer the message that is to go to all players with the command /broadcast.",
        "/backup": "Saved: generation ",
        "/drill": "The copy was downloaded and compared: all rows agree (",
        "/backups": ", players 2, clicks 2, ",
        "/stats": "\nPlayers: 2, new today: 2\nClicks: 2, today: 2\n",
    },
    "O‘zbekcha": {
        "/TOP 0": "/top va nechta o‘yinchini ko‘rsatishni yozing, 1 dan 100 gacha.",
        "/player@clicker_bot 1001": "Анна (id 1001): bosishlar 2, o‘rni 1, jami 2, o‘ynayapti, til: Telegramdagidek.",
        "/backup": "Saqlandi: ",
        "/backups": ", o‘yinchilar 2, bosishlar 2, ",
        "/stats": "\nO‘yinchilar: 2, bugun yangi: 2\nBosishlar: 2, bugun: 2\n",
    },
}
"""What a command is answered with, or a part of it, by the language's own name."""

MENU = {"English": "Save a copy now", "O‘zbekcha": "Nusxani hozir saqlash"}
QUESTION = {"English": "Restore this copy (generation ", "O‘zbekcha": "Shu nusxa tiklansinmi ("}
ASKED = {
    "English": "Send this message? It would go to so many now: 2.",
    "O‘zbekcha": "Bu xabar tarqatilsinmi? Hozir oluvchilar: 2.",
}


async def told(admin: Person, part: str) -> None:
    """Wait until a message says this, or the words below a picture do."""
    await admin.wait(lambda: any(part in words(one) for one in admin.messages), PATIENCE)


def words(message: Json) -> str:
    """What stands in a message or below its picture."""
    return str(message.get("text") or message.get("caption") or "")


async def commands(admin: Person, language: str) -> None:
    """Each command answers in this language."""
    for command, answer in SAID[language].items():
        admin.send(command)
        await told(admin, answer)
    await admin.wait(lambda: MENU[language] in [entry["description"] for entry in admin.commands], PATIENCE)


@pytest.mark.parametrize("plays", [True, False], ids=["plays", "only commands"])
async def test_the_admin_chooses_a_language(bot: Bot, telegram: Telegram, plays: bool) -> None:
    """Commands, menu and questions speak it, after a restart too; Russian is what he has before."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await (sign_up(telegram, ADMIN, "Админ") if plays else sign_up(telegram, 1002, "Борис"))
    for _ in range(2):
        await say(anna, "Клик")
    assert await say(admin, "/top 0") == "Напишите /top и сколько игроков показать, от 1 до 100."
    for language in SAID:
        admin.send("/LANGUAGE")
        await admin.wait(lambda: language in [text for row in admin.keyboard for text in row], PATIENCE)  # noqa: B023
        admin.send(language)
        await commands(admin, language)
        await questions(admin, telegram, language)
    await restart(bot)
    assert await say(admin, "/top 0") == SAID["O‘zbekcha"]["/TOP 0"]


async def questions(admin: Person, telegram: Telegram, language: str) -> None:
    """A restore and a broadcast are asked about in this language; nothing is done."""
    admin.send_file("copy.json", telegram.document(admin.pinned or {}))
    await told(admin, QUESTION[language])
    admin.send("/broadcast", reply_to=admin.send("Hello"))
    await told(admin, ASKED[language])
    admin.press({"English": "Cancel", "O‘zbekcha": "Bekor qilish"}[language])
