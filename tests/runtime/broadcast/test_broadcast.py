"""A message of the admin goes to all players: each gets it once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest

from bots.clicker.tables import MEMBERS, USERS
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.broadcast.arrivals import arrivals
from runtime.broadcast.broadcasts import BROADCASTS, Broadcasts
from runtime.broadcast.mailing import ASKED, CANCELLED, RUNNING, STOPPED
from tests.bots.clicker.bare import players_of, store_of
from tests.chaos.broadcasting import SEND, play
from tests.stories.announcing import PAUSE, RESUME, STOP, ask, broadcast, copies, crowd, press, read
from tests.stories.harness import PATIENCE, both_stores, restart, say, set_up

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.faults import Kind
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot
    from tests.stories.launcher import Launcher

pytestmark = pytest.mark.long


@both_stores
async def test_a_message_goes_to_all_players(bot: Bot, telegram: Telegram) -> None:
    """Once to each but those who have blocked the bot; players are answered meanwhile; the admin pauses and goes on."""
    admin = await set_up(bot, telegram, MESSAGES_PER_SECOND="12")
    people = await crowd(telegram, 40)
    for gone in people[3], people[20]:
        gone.chat.blocked = True  # of which the bot is not told
    assert "Ответьте командой" in await say(admin, "/broadcast")
    assert await say(people[0], "/broadcast") == await say(people[0], "что?")
    await broadcast(admin)
    assert "из 40" in await read(admin, "Рассылка идёт")
    await telegram.wait(lambda: sum(copies(people)) >= 5, PATIENCE)
    admin.send("/broadcast", reply_to=admin.send("Другая новость")["message_id"])
    assert "уже идёт" in await read(admin, "уже идёт")
    for person in people[-10:]:
        assert await say(person, "Клик") == "Кликов: 1 🏆"
    assert sum(copies(people)) < 38
    assert await press(admin, PAUSE) == "Рассылка на паузе."
    text = await read(admin, "Рассылка на паузе")
    paused = sum(copies(people))
    assert f"Отправлено: {paused} из 40" in text
    await restart(bot, kill=True)
    assert sum(copies(people)) == paused
    assert await press(admin, RESUME) == "Рассылка продолжается."
    text = await read(admin, "Рассылка завершена")
    assert text == "Рассылка завершена. Отправлено: 38 из 40, заблокировали бота: 2."
    assert copies(people) == [0 if person in (people[3], people[20]) else 1 for person in people]
    shown = [message for message in admin.messages if "Рассылка" in message.get("text", "")]
    assert [message.get("reply_markup") for message in shown] == [None], [m["text"] for m in shown]
    await broadcast(admin, "Ещё новость")  # and whoever has blocked the bot costs nothing any more
    await read(admin, "Рассылка завершена. Отправлено: 38 из 38.")


@both_stores
async def test_the_admin_stops_it(bot: Bot, telegram: Telegram) -> None:
    """Nobody gets it any more; another one may begin, and ends when its message is deleted; nobody else may steer."""
    admin = await set_up(bot, telegram, MESSAGES_PER_SECOND="12")
    people = await crowd(telegram, 40)
    await broadcast(admin)
    await telegram.wait(lambda: sum(copies(people)) >= 3, PATIENCE)
    assert await press(admin, STOP) == "Рассылка остановлена."
    text = await read(admin, "Рассылка остановлена")
    stopped = sum(copies(people))
    assert f"Отправлено: {stopped} из 40" in text
    assert 3 <= stopped < 40
    number = await broadcast(admin, "Новость с ошибкой")
    await telegram.wait(lambda: "Новость с ошибкой" in people[2].answers, PATIENCE)
    shown = next(message for message in reversed(admin.messages) if "reply_markup" in message)
    forged = {**shown, "chat": people[0].chat.info}
    data = shown["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
    query = {"id": "1", "from": people[0].user, "message": forged, "chat_instance": "1", "data": data}
    people[0].bot.notify("callback_query", query, 150)
    assert await say(people[0], "Клик") == "Кликов: 1 🏆"
    admin.delete(number)
    assert "сообщение удалено" in await read(admin, "сообщение удалено")
    assert sum(copies(people)) == stopped
    assert sum("Новость с ошибкой" in person.answers for person in people) < 40


async def test_a_restored_table_begins_no_broadcast_again(bot: Bot, telegram: Telegram) -> None:
    """What went on when a copy was stored has ended when that copy is restored, in the chat as in a new process."""
    admin = await set_up(bot, telegram, MESSAGES_PER_SECOND="5")
    people = await crowd(telegram, 20)
    await broadcast(admin)
    await telegram.wait(lambda: sum(copies(people)) >= 3, PATIENCE)
    pinned = admin.pinned or {}
    admin.send_file("copy.json", telegram.document(pinned), pinned["caption"])
    await read(admin, "Восстановить эту копию")
    admin.press("Восстановить")
    await read(admin, "Рассылка остановлена")
    await read(admin, "Копия восстановлена")
    assert "Одна рассылка" not in await say(admin, "/broadcast")
    stopped = copies(people)
    await restart(bot)
    for person in people[:3]:
        await say(person, "Клик")
    assert copies(people) == stopped
    assert max(stopped) == 1


BROKEN = {
    "500": [("copyMessage", "500", None)],
    "502": [("copyMessage", "502", None)],
    "the connection is reset": [("copyMessage", "reset_before", None)],
    "no answer to any call": [("*", "reset_before", None)],
    "an hour": [("copyMessage", "429", 3600)],
    "a refusal nobody knows": [("copyMessage", "error", (400, "Bad Request: PEER_ID_INVALID"))],
    "deactivated": [("copyMessage", "error", (400, "Bad Request: USER_DEACTIVATED"))],
    "not found": [("copyMessage", "error", (404, "Not Found"))],
}


@pytest.mark.parametrize("faults", BROKEN.values(), ids=BROKEN)
async def test_one_who_cannot_be_reached_stops_nobody(
    bot: Bot, telegram: Telegram, faults: list[tuple[str, Kind, Any]]
) -> None:
    """All others get it, and he is counted in the end."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 20)
    unreached = people.pop(7)
    for method, kind, value in faults:
        telegram.faults.add(method, kind, times=None, value=value, chat=unreached.id)
    unreached.send("Клик")  # whose answer may be refused as well
    await broadcast(admin)
    await telegram.wait(lambda: copies(people) == [1] * 19, PATIENCE)
    if faults[0][2] != 3600:
        await admin.wait(lambda: "Рассылка завершена" in str(admin.answers), 3 * PATIENCE)
        assert await read(admin, "завершена") == "Рассылка завершена. Отправлено: 19 из 20, не доставлено: 1."
    assert copies(people) == [1] * 19
    assert copies([unreached, admin]) == [0, 1]  # one that the admin was shown


async def test_two_whose_chats_are_closed_for_an_hour_stop_nobody(bot: Bot, telegram: Telegram) -> None:
    """Neither the broadcast nor the answers to players wait for what a 429 says of two chats."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 20)
    for closed in people.pop(3), people.pop(9):
        telegram.faults.add("copyMessage", "429", times=None, value=3600, chat=closed.id)
    await broadcast(admin)
    await telegram.wait(lambda: copies(people) == [1] * 18, PATIENCE)
    for person in people:
        assert await say(person, "Клик") == "Кликов: 1 🏆"


@pytest.mark.parametrize(("kind", "value"), [("502", None), ("error", (404, "Not Found"))])
async def test_a_fault_of_everything_is_waited_for(bot: Bot, telegram: Telegram, kind: Kind, value: Any) -> None:
    """However long it lasts, nobody is counted as one who cannot be reached, and the admin can pause meanwhile."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 12)
    await ask(admin)
    fault = telegram.faults.add("copyMessage", kind, times=None, after=5, value=value)
    await press(admin, SEND)
    await telegram.wait(lambda: telegram.count("copyMessage") > 31, 2 * PATIENCE)
    await press(admin, PAUSE)
    assert "не доставлено" not in await read(admin, "Рассылка на паузе")
    telegram.faults.remove(fault)
    await press(admin, RESUME)
    assert await read(admin, "Рассылка завершена") == "Рассылка завершена. Отправлено: 12 из 12."
    assert copies(people) == [1] * 12


@pytest.mark.parametrize("group", range(2))
async def test_everybody_gets_it_once(starter: Launcher, tmp_path: Path, group: int) -> None:
    """Killed, stopped, doubled, answers lost: nobody is left out, nobody gets two, and the admin reads the numbers."""
    seeds = range(1 + group, 5 + group, 2)
    outcomes = await asyncio.gather(*(play(seed, starter, tmp_path, is_short=True) for seed in seeds))
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.deeds["kill"] for outcome in outcomes) > 0


async def test_who_has_got_it_is_found_with_few_questions() -> None:
    """Whatever was over, under way or not begun at a crash: the answer is right, and few are asked about."""
    dice = random.Random(1)
    for _ in range(500):
        number, window = dice.randint(0, 150), dice.randint(1, 8)
        oldest = dice.randint(0, number)  # the first that is not over
        begun = dice.randint(oldest, min(number, oldest + window))
        has = [place < oldest or (place < begun and dice.random() < 0.5) for place in range(number)]
        asked: list[int] = []

        async def has_it(place: int) -> bool:
            asked.append(place)  # noqa: B023 - asked in this round
            return has[place]  # noqa: B023

        assert await arrivals(range(number), has_it, window) == has
        assert len(asked) == len(set(asked)) <= 2 * window + 8


async def test_only_those_who_play_get_it() -> None:
    """Who has blocked the bot or is banned is left out; an older copy of the table ends what goes on in it."""
    tables = [USERS, MEMBERS, BROADCASTS]
    loader = Loader(tables)
    loader.finish(1)
    database = Database(tables)
    database.replace(loader.connection)
    players = players_of(database)
    broadcasts = Broadcasts(store_of(database), players)
    for chatid in range(1, 8):
        await players.register(chatid, "")
    await players.block(3)
    await players.ban(5)
    assert await broadcasts.ask(1, 2)
    assert await broadcasts.ask(1, 3)
    assert await broadcasts.begin(1, 2)
    assert not await broadcasts.begin(2, 3)
    assert not await broadcasts.ask(1, 2)
    question = await broadcasts.current()
    assert question
    assert question.status == ASKED
    question.progress = 7
    await broadcasts.write(question)
    row = await broadcasts.current()
    assert row
    assert row.status == RUNNING
    assert players.served() == 5
    assert await broadcasts.take(row, 3)
    assert row.waiting == [1, 2, 4]
    assert not await broadcasts.take(row, 9)
    assert row.waiting == [1, 2, 4, 6, 7]
    await broadcasts.write(row)
    position = database.position
    loader.outdate()
    assert await broadcasts.status(row.id) == STOPPED
    assert database.position == position
    assert await broadcasts.status(2) == CANCELLED
    assert await broadcasts.ask(1, 2)
