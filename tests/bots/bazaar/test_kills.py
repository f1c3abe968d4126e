"""The channel under kill -9 and lost answers: no approval makes two posts, and none is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.state.media import PICTURE
from tests.bots.bazaar.stage import (
    CHANNEL,
    SETTINGS,
    give_car,
    open_bazaar,
    posted,
    pressed,
    seen,
    tapped,
    told,
)
from tests.stories.harness import PATIENCE, hold, release

if TYPE_CHECKING:
    from emulator.state.faults import Kind
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long

ALBUM = [PICTURE + bytes([number]) for number in range(3)]


async def again(bot: Bot, **env: str) -> None:
    """The bot is killed, if it is not already, and started."""
    if bot.running:
        await bot.kill()
    await bot.start(**{**SETTINGS, **env})
    await bot.ready()


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
async def test_a_lost_answer_makes_one_post(bot: Bot, telegram: Telegram, fault: Kind) -> None:
    """It is looked for by its link before it is posted again; nothing stays in the admin's chat."""
    admin, channel = await open_bazaar(bot, telegram)
    channel.send("Чужой пост")
    anna = telegram.person(1001, first_name="Анна")
    await give_car(anna, ALBUM)
    await seen(admin, "Эълон №1\n")
    telegram.faults.add("sendMediaGroup", fault, chat=CHANNEL)
    await pressed(admin, "✅ Чоп этиш")
    told_ = await seen(anna, "Эълонингиз каналга чоп этилди:")
    (post,) = await posted(channel, "Водий бозор №1")
    assert told_.endswith(channel.link(post))
    assert len(channel.messages) == 4
    await admin.wait(lambda: not [one for one in admin.messages if "forward_origin" in one], PATIENCE)
    await told(anna, "/my")
    await pressed(anna, "№1")
    await pressed(anna, "🗑 Ўчириш")
    await channel.wait(lambda: len(channel.messages) == 1, PATIENCE)


@pytest.mark.parametrize("landed", [True, False])
async def test_a_kill_makes_one_post(bot: Bot, telegram: Telegram, landed: bool) -> None:
    """Killed while the call is under way, whether it takes effect or not; others wait until it is seen."""
    admin, channel = await open_bazaar(bot, telegram)
    people = [telegram.person(1001 + number, first_name="Анна") for number in range(2)]
    for number, person in enumerate(people, 1):
        await give_car(person)
        await seen(admin, f"Эълон №{number}\n")
    under_way = hold(telegram, "sendMessage")
    telegram.faults.active[-1].chat = CHANNEL
    cards = [one for one in admin.messages if one.get("text", "").startswith("Эълон №")]
    await pressed(admin, "✅ Чоп этиш", cards[0])
    await telegram.wait(
        lambda: any(
            call.method == "sendMessage" and call.params.get("chat_id") == str(CHANNEL) for call in telegram.calls
        ),
        PATIENCE,
    )
    if landed:
        await bot.kill()
        release(telegram)
        await posted(channel, "Водий бозор №1")
    else:
        telegram.cut = True
        await bot.kill()
        telegram.cut = False
        telegram.faults.clear()
    del under_way
    await bot.start(**SETTINGS)
    await bot.ready()
    await pressed(admin, "✅ Чоп этиш", cards[1])
    for person in people:
        await seen(person, "Эълонингиз каналга чоп этилди:")
    shown = [one["text"].rpartition(" ")[2] for one in channel.messages]
    assert shown == ["№1", "№2"]


async def test_a_post_in_doubt_is_not_passed(bot: Bot, telegram: Telegram) -> None:
    """Killed between a lost answer and the look for it: a post that follows would hide it from the next process."""
    admin, channel = await open_bazaar(bot, telegram)
    people = [telegram.person(1001 + number, first_name="Анна") for number in range(2)]
    for number, person in enumerate(people, 1):
        await give_car(person)
        await seen(admin, f"Эълон №{number}\n")
    telegram.faults.add("sendMessage", "reset_after", chat=CHANNEL)
    looked = hold(telegram, "forwardMessage")
    for card in [one for one in admin.messages if one.get("text", "").startswith("Эълон №")]:
        await pressed(admin, "✅ Чоп этиш", card)
    await looked()
    await bot.kill()
    release(telegram)
    await again(bot)
    for person in people:
        await seen(person, "Эълонингиз каналга чоп этилди:")
    assert [one["text"].rpartition(" ")[2] for one in channel.messages] == ["№1", "№2"]


async def test_a_changed_ad_waits_until_its_former_post_is_gone(bot: Bot, telegram: Telegram) -> None:
    """Two posts of it never stand; others are posted meanwhile."""
    admin, channel = await open_bazaar(bot, telegram)
    anna, boris = (telegram.person(1001 + number, first_name="Анна") for number in range(2))
    await give_car(anna)
    await seen(admin, "Эълон №1\n")
    await pressed(admin, "✅ Чоп этиш")
    await seen(anna, "Эълонингиз каналга чоп этилди:")
    deleting = hold(telegram, "deleteMessages")
    await told(anna, "/my", "№1")
    await pressed(anna, "№1")
    await pressed(anna, "✏️ Ўзгартириш")
    await anna.wait(lambda: anna.newest.endswith("Эълон тайёр. Юборамизми?"), PATIENCE)
    await tapped(anna, "✅ Юбориш", "Эълон қабул қилинди")
    await deleting()
    await seen(admin, "Эълон №1\n", 2)
    await pressed(admin, "✅ Чоп этиш")
    await give_car(boris)
    await seen(admin, "Эълон №2\n")
    await pressed(admin, "✅ Чоп этиш")
    await seen(boris, "Эълонингиз каналга чоп этилди:")
    assert [one["text"].rpartition(" ")[2] for one in channel.messages] == ["№1", "№2"]
    release(telegram)
    await seen(anna, "Эълонингиз каналга чоп этилди:", 2)
    assert [one["text"].rpartition(" ")[2] for one in channel.messages] == ["№2", "№1"]


async def test_a_post_of_somebody_who_is_gone_goes_as_well(bot: Bot, telegram: Telegram) -> None:
    """It landed when the process was killed, and its owner deletes everything before it is seen."""
    admin, channel = await open_bazaar(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await give_car(anna, ALBUM)
    await seen(admin, "Эълон №1\n")
    hold(telegram, "sendMediaGroup")
    telegram.faults.active[-1].chat = CHANNEL
    await pressed(admin, "✅ Чоп этиш")
    await telegram.wait(
        lambda: any(
            call.method == "sendMediaGroup" and call.params.get("chat_id") == str(CHANNEL) for call in telegram.calls
        ),
        PATIENCE,
    )
    await bot.kill()
    release(telegram)
    await channel.wait(lambda: len(channel.messages) == len(ALBUM), PATIENCE)
    await again(bot)
    await told(anna, "/delete_me", "Ҳамма")
    await pressed(anna, "🗑 Ҳа, ўчирилсин")
    await seen(anna, "Маълумотларингиз ўчирилди.")
    await channel.wait(lambda: not channel.messages, PATIENCE)


async def test_everything_goes_on_after_kills(bot: Bot, telegram: Telegram) -> None:
    """A draft with its photos, one number for one ad, decisions, reposts: one post of an ad in the end."""
    admin, channel = await open_bazaar(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await told(anna, "Авто: Lacetti, 2015, 35000, яхши, 7,000, +998931234567", "🚗")
    anna.album(ALBUM)
    await seen(anna, "Расмлар: 3")
    await again(bot)
    await told(anna, "✅ Тайёр", "🚗")
    anna.send("✅ Юбориш")
    anna.send("✅ Юбориш")
    await again(bot)
    await seen(anna, "Эълон қабул қилинди")
    await seen(admin, "Эълон №1\n")
    admin.press("✅ Чоп этиш")
    await again(bot, REPOST_INTERVAL="1")
    await seen(anna, "Эълонингиз каналга чоп этилди:")
    boris = telegram.person(1002, first_name="Борис")
    await give_car(boris)
    await seen(admin, "Эълон №2\n")
    await pressed(admin, "✅ Чоп этиш")
    await seen(boris, "Эълонингиз каналга чоп этилди:")
    newest = max(channel.chat.messages)
    await channel.wait(lambda: max(channel.chat.messages) > newest, PATIENCE)
    await again(bot)
    await channel.wait(lambda: len([one for one in channel.messages if "photo" in one]) == len(ALBUM), 3 * PATIENCE)
    await posted(channel, "Водий бозор №1")
    await posted(channel, "Водий бозор №2")
    assert [text for text in admin.answers if text.startswith("Эълон №3")] == []
