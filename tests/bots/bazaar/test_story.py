"""An ad from its first question to the channel, and to its end."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from tests.bots.bazaar.stage import (
    CARD,
    START,
    buttons,
    give_car,
    open_bazaar,
    posted,
    pressed,
    seen,
    tapped,
    told,
)
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot
    from tests.stories.moment import Moment

GREETING = "Ассалому алайкум Анна!\nВодий бозорга хуш келибсиз.\n\n"
GREETING += "Анна, эълон бермоқчимисиз ёки эълонларни кўрмоқчимисиз?"
LINK = "https://t.me/clicker_bot?start=ad_1"


async def test_an_ad_is_given_and_printed(bot: Bot, telegram: Telegram, moment: Moment) -> None:
    """The line, no photos, the moderator's card, the post, and its owner hears of it."""
    moment.come(time(9))  # the day of the post is that of /stats, in Tashkent
    admin, channel = await open_bazaar(bot, telegram)
    anna = telegram.person(1001, first_name="Анна", username="anna_v")
    assert await told(anna, "/start") == GREETING
    assert anna.keyboard == START
    await give_car(anna)
    assert anna.keyboard == START
    card = await seen(admin, "Эълон №1\n👤 Анна, @anna_v, 1001\n\n🚗 Lacetti сотилади!")
    assert card.endswith(f"\n\n{CARD} №1")
    assert await pressed(admin, "✅ Чоп этиш") == ""
    (post,) = await posted(channel, f"{CARD} №1")
    assert post["entities"][-1]["url"] == LINK
    link = f"https://t.me/vodiy_bozor/{post['message_id']}"
    assert await seen(anna, "Эълонингиз каналга чоп этилди:") == f"Эълонингиз каналга чоп этилди: {link}"
    await admin.wait(lambda: any(text.endswith("\n\n✅ Тасдиқланди: Админ") for text in admin.answers), PATIENCE)
    assert buttons([one for one in admin.messages if "Тасдиқланди" in one.get("text", "")][-1]) == []
    assert await told(anna, "/my") == "№1 Lacetti - каналда"
    await pressed(anna, "№1")
    assert await seen(anna, f"{CARD} №1")
    admin.send("/stats")
    lines = ("Людей: 2", "Объявлений: 1", "в канале: 1", "Постов сегодня: 1", "Ждёт канала: 0")
    await admin.wait(lambda: any(all(line in str(one) for line in lines) for one in admin.messages), PATIENCE)
    await pressed(anna, "🗑 Ўчириш")
    await seen(anna, "Эълон ёпилди. Раҳмат!")
    await posted(channel, "Lacetti", 0)
    assert await tapped(anna, "Эълон бермоқчиман")
