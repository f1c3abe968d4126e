"""Restoring from the chat: a document that the admin sends, what it would change, and a button."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from bots.clicker.texts import LOCALES
from pinstore.copies.document import parse
from pinstore.copies.loading import load_document
from pinstore.errors import DocumentError
from pinstore.memory.loader import Loader
from runtime.admin.restoring_texts import broken
from runtime.languages import Languages
from tests.bots.clicker.bare import TABLES
from tests.stories.harness import (
    PATIENCE,
    bare,
    hold,
    release,
    restart,
    say,
    set_up,
    shown,
    sign_up,
    stored,
    until_stored,
    users,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.state.chats import Json
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

STALE = "Этот вопрос устарел: отправьте документ ещё раз."


async def offer(admin: Person, content: bytes, name: str = "copy.json", caption: str | None = None) -> str:
    """Send a document; the answer."""
    before = len(admin.answers)
    admin.send_file(name, content, caption)
    await admin.wait(lambda: len(admin.answers) > before, PATIENCE)
    return admin.newest


async def press(admin: Person, button: str, message_id: int | None = None) -> Json:
    """Press a button and wait until it is answered."""
    query = admin.press(button, message_id)
    answer = await admin.wait(lambda: admin.alert(query), PATIENCE)
    assert answer is not None
    return answer


async def restored(admin: Person) -> None:
    """Wait until the admin is told."""
    await admin.wait(lambda: any(text.startswith("Копия восстановлена: ") for text in admin.answers), PATIENCE)


def pinned_document(admin: Person) -> tuple[str, bytes, str]:
    """Name, content and caption of the pinned document."""
    message = admin.pinned or {}
    return message["document"]["file_name"], admin.bot.world.document(message), message["caption"]


async def played(bot: Bot, telegram: Telegram) -> tuple[Person, Person, Person]:
    """The admin, Anna with 2 clicks and Timur with 1, all stored."""
    admin = await set_up(bot, telegram)
    anna, timur = await sign_up(telegram, 1001, "Анна"), await sign_up(telegram, 1002, "Тимур")
    for person in (anna, anna, timur):
        await say(person, "Клик")
    await until_stored(telegram, {1001: ("Анна", 2), 1002: ("Тимур", 1)})
    return admin, anna, timur


async def test_a_copy_is_restored_and_taken_back(bot: Bot, telegram: Telegram) -> None:
    """The question tells what would change; yes makes it the table, stored anew; what it replaced restores likewise."""
    admin, anna, timur = await played(bot, telegram)
    name, content, caption = pinned_document(admin)
    old, generation = (admin.pinned or {})["message_id"], stored(telegram)["generation"]
    await say(anna, "Клик")
    zoe = await sign_up(telegram, 1003, "Зоя")
    await say(zoe, "Клик")
    await until_stored(telegram, {1001: ("Анна", 3), 1002: ("Тимур", 1), 1003: ("Зоя", 1)})
    question = await offer(admin, content, name, caption)
    assert question.startswith(f"Восстановить эту копию (поколение {generation}, ")
    for line in ("Игроков: 3 → 2 (-1)", "Кликов: 5 → 3 (-2)", "Вернутся: 0", "Пропадут: 1", "  Зоя - 1🏆 (id 1003)"):
        assert line in question.splitlines()
    assert "Всё, что было после этой копии, пропадёт." in question
    await say(timur, "Клик")  # of the table that goes
    present = stored(telegram)["generation"]
    assert (await press(admin, "Восстановить"))["text"] == ""
    await restored(admin)
    assert users(telegram) == {1001: ("Анна", 2), 1002: ("Тимур", 1)}
    assert stored(telegram)["generation"] > present
    new = (admin.pinned or {})["message_id"]
    assert new > old
    assert f"config_id = {new}" in admin.answers
    assert f"CONFIG_ID={new}" in bot.env_file.read_text(encoding="utf-8")
    assert await say(anna, "Клик") == "Кликов: 3 🏆"
    assert await say(zoe, "Клик") == "Вы не зарегистрированы"
    await restart(bot, kill=True)
    assert await say(timur, "Клик") == "Кликов: 2 🏆"
    admin.send("/backups")
    await admin.wait(lambda: "игроков 3, кликов 6" in admin.newest, PATIENCE)
    replaced = telegram.document(admin.chat.messages[old].data)
    assert [row[2] for row in json.loads(replaced)["tables"]["users"]["rows"]] == [3, 2, 1]
    question = await offer(admin, replaced)
    assert "Вернутся: 1" in question
    assert (await press(admin, "Отмена"))["text"] == ""
    await admin.wait(lambda: any("Отменено, ничего не изменилось." in text for text in admin.answers), PATIENCE)
    await offer(admin, replaced)
    await press(admin, "Восстановить")
    await until_stored(telegram, {1001: ("Анна", 3), 1002: ("Тимур", 2), 1003: ("Зоя", 1)})


async def test_an_export_and_the_oldest_format_are_restored(bot: Bot, telegram: Telegram) -> None:
    """JSON that the bot has exported, and a bare array with a byte order mark, as an editor on Windows saves it."""
    admin, anna, _ = await played(bot, telegram)
    sent = admin.send("/export json")["message_id"]
    await admin.wait(
        lambda: [m for m in admin.messages if m["message_id"] > sent and "Выгрузка" in m.get("caption", "")], PATIENCE
    )
    exported = telegram.document(shown(admin, "Выгрузка"))
    old = b"\xef\xbb\xbf" + bare((1001, "Анна", 7, 0), (1234, "eee", 1, 0), (77, "Ян", 5, 0))
    question = await offer(admin, old)
    assert question.startswith("Восстановить эту копию (время неизвестно)?")
    assert "Игроков: 2 → 2 (+0)" in question
    await press(admin, "Восстановить")
    await until_stored(telegram, {77: ("Ян", 5), 1001: ("Анна", 7)})
    assert await say(anna, "Клик") == "Кликов: 8 🏆"
    await restored(admin)
    await offer(admin, exported)
    await press(admin, "Восстановить")
    await until_stored(telegram, {1001: ("Анна", 2), 1002: ("Тимур", 1)})
    await restart(bot)
    assert await say(anna, "Клик") == "Кликов: 3 🏆"


def damaged(**changes: Any) -> Callable[[Json], bytes]:
    """The document with other values."""
    return lambda document: json.dumps({**document, **changes}).encode()


NOT_GOOD: dict[str, tuple[Callable[[Json], bytes], str]] = {
    "no JSON": (lambda _: b"\x00", "это не JSON"),
    "a number": (lambda _: b"7", "это не резервная копия кликера"),
    "another program's": (lambda _: b"{}", "это не резервная копия кликера"),
    "a newer version": (damaged(version=2), "её записала более новая версия программы"),
    "wrong sums": (damaged(counts={"users": 9, "clicks": 3}), "суммы не сходятся (2 users вместо 9)"),
    "a field": (damaged(generation=-1), "поле generation испорчено"),
    "a foreign table": (
        damaged(tables={"shop": {"columns": ["id"], "rows": [[1]]}}),
        "таблица shop или её столбцы этой программе незнакомы",
    ),
    "a row": (
        damaged(tables={"users": {"columns": ["chatid", "click"], "rows": [[1, -1]]}}),
        "в таблице users есть негодная строка",
    ),
    "a bare row": (lambda _: bare((1, "x", -1, 0)), "строка 1 не похожа на [chatid, name, click, state]"),
}


@pytest.mark.parametrize("name", NOT_GOOD)
def test_what_is_wrong_with_a_copy_is_said_in_russian(name: str) -> None:
    """Each fault that a restore knows has its words."""
    damage, why = NOT_GOOD[name]
    rows = {"columns": ["chatid", "click"], "rows": [[1, 2], [2, 1]]}
    good = {"format": "clicker-backup", "version": 1, "generation": 1, "counts": {"users": 2, "clicks": 3}}
    with pytest.raises(DocumentError) as error:
        load_document(Loader(TABLES), parse(damage({**good, "tables": {"users": rows}}), TABLES))
    assert Languages(LOCALES).say(broken(error.value)) == f"Этот документ восстановить нельзя: {why}."


async def test_what_is_no_good_copy_is_refused(bot: Bot, telegram: Telegram) -> None:
    """In one sentence that says why; nothing changes, and the bot plays on."""
    admin, anna, _ = await played(bot, telegram)
    name, content, caption = pinned_document(admin)
    before = stored(telegram)["generation"]
    part = {"table": "users", "file_id": "x", "message_id": 1, "rows": 1, "bytes": 1, "sha256": "0" * 64}
    gone = damaged(parts=[part])(json.loads(content))
    refusal = "Этот документ восстановить нельзя: {}."
    assert await offer(admin, gone) == refusal.format("Telegram не отдаёт её файл или её часть")
    assert await offer(admin, content + b" ", name, caption) == refusal.format("контрольная сумма не сходится")
    assert await offer(admin, content + b" ", name) == refusal.format("контрольная сумма не сходится")
    assert (await offer(admin, bytes((20 << 20) + 1))).startswith("Файл больше 20 МБ")
    assert stored(telegram)["generation"] == before
    assert await say(anna, "Клик") == "Кликов: 3 🏆"


async def test_a_stale_question_restores_nothing(bot: Bot, telegram: Telegram) -> None:
    """After a later question, another restore, or a restart its buttons say so, and go."""
    admin, _, _ = await played(bot, telegram)
    for make_stale in ("another question", "the answer", "a restart"):
        await offer(admin, bare((1, "Первый", 1, 0)))
        first = shown(admin, "Восстановить эту")["message_id"]
        if make_stale == "another question":
            await offer(admin, bare((2, "Второй", 2, 0)))
        elif make_stale == "the answer":
            telegram.faults.add("editMessageText", "error", value=(400, "Bad Request: no"))
            await press(admin, "Отмена", first)
            await bot.wait_line("A question keeps its buttons")
        else:
            await restart(bot)
        alert = await press(admin, "Восстановить", first)
        assert (alert["text"], alert["show_alert"]) == (STALE, True)
        await admin.wait(lambda: "reply_markup" not in admin.chat.messages[first].data, PATIENCE)  # noqa: B023
    assert users(telegram) == {1001: ("Анна", 2), 1002: ("Тимур", 1)}


async def test_nobody_else_presses_the_buttons(bot: Bot, telegram: Telegram) -> None:
    """A stranger who has got hold of the button's data is not even answered."""
    admin, anna, _ = await played(bot, telegram)
    await offer(admin, bare((666, "Ева", 10**6, 0)))
    markup = shown(admin, "Восстановить эту")["reply_markup"]
    eve = telegram.person(666, first_name="Ева")
    eve.send("/start")
    await eve.answer(timeout=PATIENCE)
    admin.bot.new_message(eve.chat, admin.bot.user, {"text": "?", "reply_markup": markup}, outgoing=True)
    query = eve.press("Восстановить")
    assert await say(anna, "Клик") == "Кликов: 3 🏆"
    assert eve.alert(query) is None
    await press(admin, "Отмена")


async def test_after_a_crash_taps_of_the_replaced_table_are_not_counted_again(bot: Bot, telegram: Telegram) -> None:
    """The old table held them when the new one took its place; Telegram, which was not told, sends them again."""
    admin, anna, _ = await played(bot, telegram)
    await offer(admin, bare((1001, "Анна", 100, 0)))
    saving = hold(telegram, "editMessageMedia")
    for _ in range(3):
        await say(anna, "Клик")
    await saving()
    await press(admin, "Восстановить")
    polls = telegram.count("getUpdates")
    telegram.faults.add("getUpdates", "latency", times=None, value=10**9)  # nothing is confirmed any more
    await telegram.wait(lambda: telegram.count("getUpdates") > polls, PATIENCE)
    release(telegram)
    await restored(admin)
    assert [update.get("message", {}).get("text") for update in telegram.queue_of()].count("Клик") == 3
    await bot.kill()
    telegram.faults.clear()
    await bot.start()
    await bot.ready()
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
    assert await say(anna, "Клик") == "Кликов: 101 🏆"
    await until_stored(telegram, {1001: ("Анна", 101)})


async def test_a_crash_before_a_restored_table_is_stored_loses_no_tap(bot: Bot, telegram: Telegram) -> None:
    """Then there was no restore: those that the new table has counted as well come again, to the old one."""
    admin, anna, _ = await played(bot, telegram)
    await offer(admin, bare((1001, "Анна", 100, 0)))
    await say(anna, "Клик")
    storing = hold(telegram, "sendDocument")
    await press(admin, "Восстановить")
    await storing()
    assert await say(anna, "Клик") == "Кликов: 101 🏆"
    await bot.kill()
    telegram.faults.clear()
    await bot.start()
    await bot.ready()
    await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
    await until_stored(telegram, {1001: ("Анна", 4), 1002: ("Тимур", 1)})
    await offer(admin, bare((1001, "Анна", 100, 0)))
    await press(admin, "Восстановить")
    await until_stored(telegram, {1001: ("Анна", 100)})


async def test_a_restore_that_cannot_be_stored_at_once_is_stored_later(bot: Bot, telegram: Telegram) -> None:
    """The admin is told both; the copy it replaces stays in its message."""
    admin, anna, _ = await played(bot, telegram)
    old = (admin.pinned or {})["message_id"]
    await offer(admin, bare((1001, "Анна", 100, 0)))
    telegram.faults.add("sendDocument", "error", value=(400, "Bad Request: no"))
    await press(admin, "Восстановить")
    await admin.wait(lambda: any("но ещё не сохранена" in text for text in admin.answers), PATIENCE)
    assert await say(anna, "Клик") == "Кликов: 101 🏆"
    await until_stored(telegram, {1001: ("Анна", 101)})
    assert (admin.pinned or {})["message_id"] != old
    kept = json.loads(telegram.document(admin.chat.messages[old].data))
    assert kept["counts"]["clicks"] == 3
    for method in ("editMessageMedia", "sendDocument"):  # what cannot be edited is written anew
        telegram.faults.add(method, "error", times=None, value=(400, "Bad Request: no"))
    await say(anna, "Клик")
    await offer(admin, bare((1001, "Анна", 200, 0)))
    await press(admin, "Восстановить")
    await admin.wait(lambda: re.search("ничего не изменилось: .*no", admin.newest), PATIENCE)
    assert await say(anna, "Клик") == "Кликов: 103 🏆"


async def test_the_question_tells_of_groups_as_well(bot: Bot, telegram: Telegram) -> None:
    """Whoever plays in groups alone would lose all without a word: each table is told of, in its own words."""
    admin = await set_up(bot, telegram)
    people = [telegram.person(2000 + number, first_name=f"Игрок {number}") for number in range(3)]
    group = telegram.group(-500, "Клуб", tuple(people))
    for number in range(5):
        for person in people:
            group.send(person, "Клик")
        await telegram.wait(lambda: group_clicks(telegram) == 3 * (number + 1), PATIENCE)  # noqa: B023
    question = await offer(admin, bare((1001, "Анна", 1, 0)))
    assert "Игроков: 0 → 1 (+1)" in question
    assert "Групп: 1 → 0 (-1), пропадут 1" in question
    assert "Игроков в группах: 3 → 0 (-3), пропадут 3" in question
    assert "Кликов в группах: 15 → 0 (-15)" in question


def group_clicks(telegram: Telegram) -> int:
    """The clicks in groups, as stored."""
    return int(stored(telegram).get("counts", {}).get("group_clicks", 0))
