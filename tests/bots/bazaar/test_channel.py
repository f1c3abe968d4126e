"""The channel: posts, albums, reposts, ends, refusals; and what moderators decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from emulator.state.media import PICTURE
from tests.bots.bazaar.stage import (
    CARD,
    buttons,
    give_car,
    newest_of,
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

pytestmark = pytest.mark.long

PICTURES = [PICTURE + bytes([number]) for number in range(3)]
LIMIT = 1024
HOUR = timedelta(hours=1)


async def test_moderators_decide(bot: Bot, telegram: Telegram) -> None:
    """The first one wins; a reason is asked for; strangers are turned away; a rejected ad is changed and sent again."""
    admin, channel = await open_bazaar(bot, telegram)
    zoya, anna = telegram.person(1003, first_name="Зоя"), telegram.person(1001, first_name="Анна")
    assert (await told(admin, "/mod 1003")).startswith("1003: ещё не запустил")
    await told(zoya, "/start")
    assert await told(admin, "/mod 1003") == "1003: теперь модератор."
    assert await told(admin, "/mods") == "Модераторы: 1, 1003"
    await give_car(anna, PICTURES)
    await seen(zoya, "Эълон №1\n👤 Анна, 1001\n\n🚗")
    card = next(one for one in zoya.messages if one.get("text", "").startswith("Эълон №1"))
    assert buttons(card) == ["✅ Чоп этиш", "❌ Рад этиш"]
    *album, last = [one["message_id"] for one in zoya.messages if "photo" in one]
    assert (album, last < card["message_id"]) == ([last - 2, last - 1], True)
    await told(admin, "/unmod 1003")
    assert await pressed(zoya, "✅ Чоп этиш") == "Сиз админ эмассиз."
    await bot.wait_line("1003 is no moderator")
    await told(admin, "/mod 1003")
    await pressed(zoya, "❌ Рад этиш")
    assert await seen(zoya, "Сабабини ёзинг") == "Сабабини ёзинг (№1)."
    assert zoya.forced is not None
    await pressed(admin, "❌ Рад этиш")
    await seen(admin, "Сабабини ёзинг (№1).")
    zoya.reply("Расм хира")
    admin.send("Нарх йўқ")
    await seen(admin, "Бу эълон бўйича қарор қабул қилинган.")
    for moderator in (admin, zoya):
        end = "❌ Рад этилди: Зоя. Сабаб: Расм хира"
        await moderator.wait(lambda: any(text.endswith(f"\n\n{end}") for text in moderator.answers), PATIENCE)  # noqa: B023
    assert await seen(anna, "Эълонингиз рад этилди.") == "Эълонингиз рад этилди. Сабаб: Расм хира"
    await pressed(anna, "✏️ Ўзгартириш")
    await anna.wait(lambda: anna.newest.endswith("Водий бозор №1\n\nЭълон тайёр. Юборамизми?"), PATIENCE)
    await tapped(anna, "✅ Юбориш", "Эълон қабул қилинди")
    await seen(admin, "Эълон №1\n", 2)
    await pressed(admin, "✅ Чоп этиш")
    (post,) = await posted(channel, f"{CARD} №1")
    album = [one for one in channel.messages if one.get("media_group_id") == post["media_group_id"]]
    assert [one["photo"][-1]["file_unique_id"] for one in album] == [
        one["photo"][-1]["file_unique_id"] for one in anna.messages if "photo" in one
    ][:3]
    assert await seen(anna, "Эълонингиз каналга") == f"Эълонингиз каналга чоп этилди: {channel.link(post)}"
    await told(anna, "/my")
    await pressed(anna, "№1")
    await pressed(anna, "✅ Сотилди")
    (sold,) = await posted(channel, f"✅ СОТИЛДИ\n\n{CARD} №1")
    assert sold["message_id"] == post["message_id"]
    assert await told(anna, "/my", "№1") == "№1 Lacetti - сотилган"


async def test_a_group_moderates(bot: Bot, telegram: Telegram) -> None:
    """Cards go to the group alone, its present members decide, and reasons are answers there."""
    zoya, stranger = telegram.person(1003, first_name="Зоя"), telegram.person(1004, first_name="Чужой")
    group = telegram.group(-100777, "Модерлар", (zoya, stranger))
    admin, channel = await open_bazaar(bot, telegram, MODERATION_ID="-100777")
    anna = telegram.person(1001, first_name="Анна")
    await give_car(anna)
    await seen(group, "Эълон №1\n")
    assert not [text for text in admin.answers if text.startswith("Эълон №1")]
    group.remove(stranger)
    query = group.press(stranger, "✅ Чоп этиш")
    await telegram.wait(lambda: stranger.alert(query), PATIENCE)
    assert (stranger.alert(query) or {})["text"] == "Сиз админ эмассиз."
    group.press(zoya, "❌ Рад этиш")
    await seen(group, "Сабабини ёзинг (№1).")
    group.reply(zoya, "Йўқ")
    await group.wait(lambda: any("Рад этилди: Зоя. Сабаб: Йўқ" in text for text in group.answers), PATIENCE)
    await seen(anna, "Эълонингиз рад этилди. Сабаб: Йўқ")
    assert channel.messages == []


async def test_long_ads_and_refusals(bot: Bot, telegram: Telegram) -> None:
    """A caption is cut; without the right the admin is told once, and it is posted when the right is back."""
    admin, channel = await open_bazaar(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    for text in ("Эълон бермоқчиман", "Олмоқчиман", "📱 Телефон", "Айфон 🙂", "Ўтказиб юбориш", "🙂" * 999, "@anna_v"):
        await told(anna, text)
    anna.photo(PICTURE)
    await seen(anna, "Расмлар: 1")
    await tapped(anna, "✅ Тайёр", "📱")
    channel.promote(post=False)
    await tapped(anna, "✅ Юбориш", "Эълон қабул")
    await pressed(admin, "✅ Чоп этиш")
    await seen(admin, "Не удалось опубликовать №1")
    assert await told(anna, "/my") == "№1 Айфон 🙂 - навбатда"
    channel.promote()
    (post,) = await posted(channel, "Айфон 🙂 олинади!")
    caption = str(post["caption"])
    assert caption.endswith("🙂…\n📞 Мурожаат учун: @anna_v\n\nВодий бозор №1")
    assert LIMIT - 2 <= len(caption.encode("utf-16-le")) // 2 <= LIMIT
    assert len([text for text in admin.answers if text.startswith("Не удалось")]) == 1
    await told(admin, "/ban 1001")
    await posted(channel, "Айфон", 0)


async def test_reposts_questions_and_ends(bot: Bot, telegram: Telegram, moment: Moment) -> None:
    """Each is posted anew, the old post goes; the owner is asked, answers, and what nobody answers for expires."""
    admin, channel = await open_bazaar(bot, telegram, REPOST_INTERVAL="0.5", SOLD_INTERVAL="3600")
    anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
    for number, person in enumerate((anna, boris), 1):
        await give_car(person)
        await seen(admin, f"Эълон №{number}\n")
        await pressed(admin, "✅ Чоп этиш")
        await seen(person, "Эълонингиз каналга")

    def numbers() -> list[str]:
        return [str(one.get("text", "")).rpartition("№")[2] for one in channel.messages]

    first = newest_of(channel)
    await channel.wait(lambda: newest_of(channel) >= first + 3, PATIENCE)
    await channel.wait(lambda: sorted(numbers()) == ["1", "2"], PATIENCE)
    moment.pass_by(HOUR)
    await seen(anna, "Lacetti сотилдими?")
    await pressed(anna, "✅ Сотилди")
    await anna.wait(lambda: "Эълон ёпилди. Раҳмат!" in anna.answers, PATIENCE)
    await posted(channel, "✅ СОТИЛДИ\n\n🚗 Lacetti")
    await pressed(boris, "❌ Ҳали йўқ")
    await boris.wait(lambda: "Яхши, кейинроқ яна сўраймиз." in boris.answers, PATIENCE)
    for count in (1, 2):
        moment.pass_by(HOUR)
        await seen(boris, "Lacetti сотилдими?", count)
    moment.pass_by(HOUR)
    assert await seen(boris, "Lacetti: эълон") == "Lacetti: эълон муддати тугади."
    asked = [one for one in boris.messages if one.get("text") == "Lacetti сотилдими?"]
    assert [buttons(one) for one in asked] == [[], []]
    await channel.wait(lambda: numbers() == ["1"], PATIENCE)
