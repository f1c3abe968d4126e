"""What went wrong in the first published version; the rest of it is held by the other tests here.

V3 and V6 by test_giving (every kind, one's own number), V4 and V7 by its lines and drafts, V9's pace by test_gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.media import PICTURE
from tests.bots.bazaar.stage import open_bazaar, posted, pressed, seen, tapped, told
from tests.stories.harness import PATIENCE, stored

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

TITLE = "_Lacetti_ *12:30* <b>https://t.me/clicker_bot?start=ad_5</b> {0}"
NUMBER = "+998931234567"


async def test_the_first_versions_hazards(bot: Bot, telegram: Telegram) -> None:
    """Greetings, people without names, photos that reach everybody, words that are no markup, a silent log."""
    admin, channel = await open_bazaar(bot, telegram)
    anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
    for person, name in ((anna, "Анна"), (boris, "Борис")):  # V1
        assert (await told(person, "/start")).startswith(f"Ассалому алайкум {name}!\nВодий бозорга хуш келибсиз.")
    await telegram.wait(lambda: {1001, 1002} <= {row[0] for row in rows(telegram, "users")}, PATIENCE)
    await told(anna, f"Авто: {TITLE}, 2015, 35000, яхши, 7,000, {NUMBER}", "🚗")
    anna.photo(PICTURE)
    await seen(anna, "Расмлар: 1")
    await tapped(anna, "✅ Тайёр", "🚗")
    await tapped(anna, "✅ Юбориш", "Эълон қабул")
    await seen(admin, "Эълон №1\n👤 Анна, 1001\n\n")  # V2, V10: whoever reads it has a photo before it
    assert [kind for one in admin.messages for kind in ("photo", "text") if kind in one][-2:] == ["photo", "text"]
    boris.send("/broadcast Салом")
    await pressed(admin, "✅ Чоп этиш")
    (post,) = await posted(channel, TITLE)  # V5
    assert (
        post["photo"][-1]["file_unique_id"]
        == next(one for one in anna.messages if "photo" in one)["photo"][-1]["file_unique_id"]
    )
    marked = [one for one in post["caption_entities"] if one["type"] in ("bold", "italic", "code", "text_link")]
    assert [one["url"] for one in marked] == ["https://t.me/clicker_bot?start=ad_1"]
    assert await seen(boris, "Тушунмадим.")
    for secret in (NUMBER, "Lacetti", "42:TEST"):  # V8
        assert secret not in bot.output
    assert telegram.count("getFile") == 0  # V9


def rows(telegram: Telegram, table: str) -> list[list[object]]:
    """A table as the document has it."""
    found: list[list[object]] = stored(telegram).get("tables", {}).get(table, {"rows": []})["rows"]
    return found
