"""Faults that bots with channels are known for: what was believed, what is gone, what comes in another order."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from bots.bazaar import counters, imports, moderation, posts, texts, traces
from bots.bazaar.ads import Ad, Content
from bots.bazaar.drafts import PHOTOS, Draft
from bots.bazaar.gate import Gate
from bots.bazaar.tables import TOP
from emulator.state.media import PICTURE
from tests.bots.bazaar.room import NOW, Room, approved
from tests.bots.bazaar.stage import CAR, CARD, give_car, newest_of, open_bazaar, posted, pressed, seen, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

PICTURES = [PICTURE + bytes([number]) for number in range(3)]


def test_a_sheet_is_believed_until_the_channel_knows_better() -> None:
    """A message that it names may become that of another ad; it says nothing about how far the channel has got."""
    room = Room()
    row = Ad("sell", "auto", title="Nexia", contact="@anna_v", message=500)
    room.act(9, lambda visit: imports.begin(visit.tables, 1, "file"))
    room.act(9, lambda visit: imports.take(visit.tables, 1, [row], NOW * 1000))
    assert room.act(9, lambda visit: counters.value(visit.tables, TOP)) == 0
    place = approved(room, 2)
    room.act(9, lambda visit: posts.printed(visit.tables, place, [500], NOW * 1000, "link"))
    assert room.rows("SELECT number, message FROM ads ORDER BY number") == [(1, 0), (2, 500)]
    assert room.rows("SELECT message, ad FROM posts") == [(500, 2)]
    assert room.act(9, lambda visit: counters.value(visit.tables, TOP)) == 500


@pytest.mark.parametrize("photos", [0, 3])
def test_a_post_of_a_deleted_person_is_recognised(photos: int) -> None:
    """Whoever deletes everything while his post is on its way leaves its number alone, until it is taken down."""
    room = Room()
    room.say(7, "/start")
    place = approved(room, 12, photos)
    room.press(7, "forget:yes")
    assert room.rows("SELECT * FROM ads") == []
    traced = room.act(9, lambda visit: traces.find(visit.tables, place))
    assert traced
    assert (traced.number, len(traced.photos), traced.state) == (12, photos, "closed")
    room.act(9, lambda visit: traces.wipe(visit.tables, place))
    room.act(9, lambda visit: posts.printed(visit.tables, place, [77], NOW * 1000, "link"))
    assert room.rows("SELECT subject FROM errands WHERE kind = 'down'") == [(77,)]
    assert room.act(9, lambda visit: traces.find(visit.tables, place)) is None


def test_the_newest_message_of_the_channel_may_be_nobodys_ad() -> None:
    """An ad is put back into the bag while its post is the newest message, not when somebody has posted after it."""
    room = Room(quiet_hours="0-0", repost_interval=1.0)
    place = approved(room, 1)
    room.act(9, lambda visit: posts.printed(visit.tables, place, [5, 6], NOW * 1000, "link"))
    assert room.act(9, lambda visit: posts.newest(visit.tables)) == 1
    room.act(9, lambda visit: counters.rise(visit.tables, TOP, 7))
    assert room.act(9, lambda visit: posts.newest(visit.tables)) == 0


def test_what_was_taken_down_counts_for_the_pace() -> None:
    """It is no post any more; a process that starts knows that it was sent, for a while."""
    room = Room()
    place = approved(room, 1)
    room.act(9, lambda visit: posts.printed(visit.tables, place, [5, 6], NOW * 1000, "link"))
    room.act(9, lambda visit: posts.strike(visit.tables, 5))
    assert room.act(9, lambda visit: posts.find(visit.tables, 5)) is None
    assert room.act(9, lambda visit: posts.recent(visit.tables, 0)) == [(NOW * 1000, 2)]
    place, later = approved(room, 2), NOW * 1000 + posts.REMEMBERED + 1
    room.act(9, lambda visit: posts.printed(visit.tables, place, [8], later, "link"))
    assert room.act(9, lambda visit: posts.recent(visit.tables, 0)) == [(later, 1)]


async def test_a_gate_remembers_what_was_sent_before_it() -> None:
    """Twenty a minute, whatever was killed meanwhile."""
    gate = Gate()
    gate.remember([(50.0, 10), (10.0, 10)])
    going = asyncio.create_task(gate.turn((0, 1), 1).__aenter__())
    done, _ = await asyncio.wait([going], timeout=0.2)
    assert not done
    going.cancel()
    fresh = Gate()
    fresh.remember([(10.0, 19)])
    await asyncio.wait_for(fresh.turn((0, 1), 1).__aenter__(), PATIENCE)


@pytest.mark.parametrize("order", list(permutations([3, 4, 5])))
def test_an_album_comes_in_any_order(order: tuple[int, ...]) -> None:
    """Its photos are kept in the order of their messages, each once; of eleven the first ten."""
    draft = Draft(7, Content("sell", "auto"), PHOTOS)
    for message in (*order, *order):
        draft.add_photo(message, f"file{message}", f"unique{message}")
    assert [photo.file for photo in draft.content.photos] == ["file3", "file4", "file5"]
    assert [draft.add_photo(20 - n, f"more{n}", f"more{n}") for n in range(8)] == [True] * 7 + [False]
    assert [message for message, _, _ in draft.photos] == [3, 4, 5, *range(13, 20)]


@pytest.mark.parametrize("code", texts.CODES)
def test_a_reason_answers_that_very_question(code: str) -> None:
    """In each language; an ad may say something like it."""
    asked = texts.say(texts.ASK_REASON, code, n=12)
    assert moderation.asked_by(asked) == 12
    for text in (f"Эълон №3\n{asked}", f"{asked}\n", "Нарса (№12)", "Сабабини ёзинг (№x).", "", None):
        assert moderation.asked_by(text) is None


async def test_the_count_of_an_album_comes_before_what_follows(bot: Bot, telegram: Telegram) -> None:
    """Whoever goes on at once sees the preview's keyboard; a photo that comes late does no harm."""
    await open_bazaar(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await told(anna, CAR, "🚗")
    before = newest_of(anna)
    anna.album(PICTURES)
    await telegram.wait(lambda: not telegram.bot().queue, PATIENCE)
    anna.send("✅ Тайёр")
    await anna.wait(lambda: anna.newest.endswith("Эълон тайёр. Юборамизми?"), PATIENCE)
    said = [
        one.data["text"]
        for number, one in anna.chat.messages.items()
        if number > before and one.outgoing and "text" in one.data
    ]
    assert [text.partition("\n")[0] for text in said] == ["Расмлар: 3", "🚗 Lacetti сотилади!"]
    assert anna.keyboard[0] == ["✅ Юбориш"]


async def test_the_group_of_the_moderators_moves_and_comes_back(bot: Bot, telegram: Telegram) -> None:
    """What it does not take is told once and shown later; when it becomes a supergroup, what is open is shown there."""
    zoya = telegram.person(1003, first_name="Зоя")
    group = telegram.group(-777, "Модерлар", (zoya,))
    group.remove_bot()
    admin, channel = await open_bazaar(bot, telegram, MODERATION_ID="-777")
    anna, boris = telegram.person(1001, first_name="Анна"), telegram.person(1002, first_name="Борис")
    await give_car(anna)
    await seen(admin, "Не удаётся написать в группу модераторов:")
    group.invite_bot(zoya)
    await seen(group, "Эълон №1\n")
    large = group.upgrade(-1001777, zoya)
    await seen(large, "Эълон №1\n")
    large.press(zoya, "✅ Чоп этиш")
    await posted(channel, f"{CARD} №1")
    await give_car(boris)
    await seen(large, "Эълон №2\n")
    large.press(zoya, "❌ Рад этиш")
    await seen(large, "Сабабини ёзинг (№2).")
    large.reply(zoya, "Йўқ")
    await seen(boris, "Эълонингиз рад этилди. Сабаб: Йўқ")
    assert len([text for text in admin.answers if text.startswith("Не удаётся написать")]) == 1


async def test_an_imported_post_that_is_somebody_elses_stays(bot: Bot, telegram: Telegram) -> None:
    """What the bot may neither delete nor edit is left alone, and other ads go on; the newest message is looked at."""
    admin, channel = await open_bazaar(bot, telegram)
    foreign = channel.send("Чужой пост")
    telegram.clock.advance(3 * 86_400)
    channel.promote(edit=False)
    number = foreign["message_id"]
    sheet = f"kind,category,title,contact,user_id,message_id\nsell,auto,Matiz,@anna_v,1001,{number}\n"
    sheet += f"sell,auto,Tico,@anna_v,1001,{number + 10**6}\n"
    admin.send_file("ads.csv", sheet.encode(), caption="/import")
    await seen(admin, "Импорт: принято 2, отклонено 0.")
    anna = telegram.person(1001, first_name="Анна")
    await told(anna, "/my", "№2 Tico")
    await pressed(anna, "№1")
    await pressed(anna, "🗑 Ўчириш")
    await bot.wait_line("stays as it is")
    await give_car(anna)
    await seen(admin, "Эълон №3\n")
    await pressed(admin, "✅ Чоп этиш")
    (post,) = await posted(channel, f"{CARD} №3")
    assert (await seen(anna, "Эълонингиз каналга")).endswith(channel.link(post))
    channel.set_username("yangi_bozor")
    await give_car(anna)
    await seen(admin, "Эълон №4\n")
    await pressed(admin, "✅ Чоп этиш")
    assert (await seen(anna, "Эълонингиз каналга", 2)).startswith(
        "Эълонингиз каналга чоп этилди: https://t.me/yangi_bozor/"
    )
    assert next(one["text"] for one in channel.messages) == "Чужой пост"
