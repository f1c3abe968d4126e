"""Who is served: who has blocked the bot costs nothing until he is back, and who is banned is not heard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runtime.people import BANNED, BLOCKED, SERVED
from tests.stories.harness import PATIENCE, adopt, restart, say, set_up, sign_up, stored

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot


def standing(telegram: Telegram) -> dict[int, int]:
    """The status of each player, as stored."""
    table = stored(telegram)["tables"]["users"]
    column = table["columns"].index("status")
    return {row[0]: row[column] for row in table["rows"]}


def sent_to(telegram: Telegram, chat_id: int) -> int:
    """How many messages the bot has tried to send there."""
    return sum(call.method == "sendMessage" and call.params["chat_id"] == str(chat_id) for call in telegram.calls)


@pytest.mark.long
async def test_who_blocks_the_bot_is_marked_until_he_is_back(bot: Bot, telegram: Telegram) -> None:
    """By what Telegram tells of it; the mark is stored, and unblocking ends it, as any message does."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    anna.block()
    await telegram.wait(lambda: standing(telegram) == {1001: BLOCKED}, PATIENCE)
    await restart(bot)
    before = sent_to(telegram, 1001)
    anna.unblock()
    await telegram.wait(lambda: standing(telegram) == {1001: SERVED}, PATIENCE)
    anna.block()
    await telegram.wait(lambda: standing(telegram) == {1001: BLOCKED}, PATIENCE)
    assert sent_to(telegram, 1001) == before
    anna.send("Рейтинг")
    await telegram.wait(lambda: standing(telegram) == {1001: SERVED}, PATIENCE)
    assert await anna.answer(timeout=PATIENCE) == "Всего: 1\n1: Анна - 0🏆"


async def test_who_takes_no_message_is_marked(bot: Bot, telegram: Telegram) -> None:
    """Also where Telegram told nothing: what waits is dropped after one attempt, and the next tap is answered."""
    await set_up(bot, telegram)
    anna, boris = await sign_up(telegram, 1001, "Анна"), await sign_up(telegram, 1002, "Борис")
    boris.deactivate()
    before = sent_to(telegram, 1002)
    boris.bot.notify("message", boris.messages[0])
    await telegram.wait(lambda: standing(telegram) == {1001: SERVED, 1002: BLOCKED}, PATIENCE)
    assert sent_to(telegram, 1002) == before + 1
    telegram.faults.add("sendMessage", "error", value=(403, "Forbidden: bot was blocked by the user"))
    anna.send("Клик")
    await telegram.wait(lambda: standing(telegram) == {1001: BLOCKED, 1002: BLOCKED}, PATIENCE)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    await telegram.wait(lambda: standing(telegram) == {1001: SERVED, 1002: BLOCKED}, PATIENCE)
    assert "WARNING" not in bot.output.partition("Ready")[2]


async def test_who_is_banned_is_not_heard(bot: Bot, telegram: Telegram) -> None:
    """His updates are confirmed, and nothing of them counts or is answered, in groups neither."""
    anna, eve = telegram.person(1001, first_name="Анна"), telegram.person(666, first_name="Ева")
    rows: list[list[Any]] = [[1001, "Анна", 5, 0, 1, "", SERVED], [666, "Ева", 7, 0, 2, "", BANNED]]
    columns = ["chatid", "name", "click", "state", "reached", "language", "status"]
    document = {
        "format": "clicker-backup",
        "version": 1,
        "generation": 1,
        "epoch": 1,
        "owner": None,
        "saved_at": "2026-11-21T12:00:30Z",
        "applied_updates": [],
        "counts": {"users": 2, "clicks": 12},
        "tables": {"users": {"columns": columns, "rows": rows, "deleted": []}},
        "parts": [],
        "previous": None,
    }
    await adopt(bot, telegram, json.dumps(document).encode())
    await bot.ready()
    group = telegram.group(-5, "Чат", (anna, eve))
    for text in ("Клик", "/start", "Рейтинг", "привет"):
        eve.send(text)
    eve.block()
    eve.send("Клик")
    for text in ("Клик", "/start", "Рейтинг"):
        group.send(eve, text)
    assert await say(anna, "Рейтинг") == "Всего: 1\n1: Анна - 5🏆"
    assert await say(anna, "Клик") == "Кликов: 6 🏆"
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
    assert (eve.answers, group.answers, standing(telegram)) == ([], [], {1001: SERVED, 666: BANNED})
    assert "members" not in stored(telegram)["tables"] or not stored(telegram)["tables"]["members"]["rows"]
