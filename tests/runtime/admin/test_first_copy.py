"""Set-up in a chat where something lies pinned: no copy is ever begun over, and no other bot's is taken for ours."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.runtime.admin.test_restore import press
from tests.stories.harness import (
    ADMIN,
    PATIENCE,
    bare,
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

    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot

OLDEST = bare((1001, "Анна", 7, 0), (1002, "Борис", 3, 0))
OTHERS = json.dumps(
    {
        "format": "clicker-backup",
        "version": 1,
        "generation": 900,
        "epoch": 500,
        "owner": "ffffffffffff",
        "counts": {"users": 1, "clicks": 99},
        "tables": {"users": {"columns": ["chatid", "name", "click"], "rows": [[666, "Чужой", 99]]}},
    }
).encode()
CAPTION = f"Игроков: 1 · поколение 900 · эпоха 500 · владелец ffffffffffff · SHA-256 {'0' * 64}"


async def code(bot: Bot) -> str:
    """What the log of a bot without a chat asks for."""
    return str((await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1])


async def told(admin: Person, beginning: str) -> str:
    """Wait for a message to the admin that begins so."""
    await admin.wait(lambda: any(text.startswith(beginning) for text in admin.answers), PATIENCE)
    return next(text for text in reversed(admin.answers) if text.startswith(beginning))


def forget(telegram: Telegram) -> None:
    """Nobody knows any more where the backup lies."""
    telegram.bot().commands.clear()


async def test_this_bots_own_copy_is_taken(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """The place was forgotten: `admin CODE` finds the players again instead of an empty table."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    assert await bot.stop() == 0
    forget(telegram)
    message = admin.pinned
    fresh = new_bot()
    await fresh.start()
    admin.send(f"admin {await code(fresh)}")
    assert await told(admin, "Здесь закреплена копия, она") == (
        "Здесь закреплена копия, она восстановлена: игроков 1, кликов 1."
    )
    assert message
    await told(admin, f"config_id = {message['message_id']}")
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    await until_stored(telegram, {1001: ("Анна", 2)})
    await restart(fresh, kill=True)
    assert await say(anna, "Клик") == "Кликов: 3 🏆"


@pytest.mark.parametrize(
    ("content", "caption", "counts", "found"),
    [
        (OLDEST, None, "игроков 2, кликов 10", {1001: ("Анна", 7), 1002: ("Борис", 3)}),
        (OTHERS, None, "игроков 1, кликов 99", {666: ("Чужой", 99)}),
    ],
    ids=["the first version's", "another bot's"],
)
async def test_a_readable_copy_of_others_is_asked_about(
    bot: Bot, telegram: Telegram, content: bytes, caption: str | None, counts: str, found: dict[int, tuple[str, int]]
) -> None:
    """By button; what was taken lies in a message of the bot's own, and the pinned one stays as it is."""
    admin = telegram.person(ADMIN, first_name="Админ")
    message = admin.send_file("backup.json", content, caption)
    admin.pin(message["message_id"])
    await bot.start()
    admin.send(f"admin {await code(bot)}")
    assert counts in await told(admin, "Здесь закреплена копия, которую записал не этот бот")
    assert stored(telegram) == json.loads(content)
    await press(admin, "Взять")
    await told(admin, "config_id = ")
    assert users(telegram) == found
    assert admin.pinned
    assert admin.pinned["message_id"] != message["message_id"]
    assert telegram.document(message) == content
    await restart(bot, kill=True)
    anna = telegram.person(1001, first_name="Анна")
    assert (await say(anna, "/start")).startswith("Приветствую")


@pytest.mark.parametrize(("button", "line"), [("Начать с пустой", "Начата пустая"), ("Отмена", "Отменено")])
async def test_the_admin_decides(bot: Bot, telegram: Telegram, button: str, line: str) -> None:
    """An empty table is begun if he says so, and nothing at all if he does not; a button counts once."""
    admin = telegram.person(ADMIN, first_name="Админ")
    message = admin.send_file("backup.json", OLDEST)
    admin.pin(message["message_id"])
    await bot.start()
    word = f"admin {await code(bot)}"
    admin.send(word)
    await told(admin, "Здесь закреплена копия, которую записал не этот бот")
    question = shown(admin, "Здесь закреплена копия")["message_id"]
    await press(admin, button)
    await admin.wait(lambda: line in admin.messages[question_at(admin, question)].get("text", ""), PATIENCE)
    if button == "Отмена":
        assert "document" not in admin.messages[-1]
        admin.send(word)
        await admin.wait(lambda: admin.newest.startswith("Здесь закреплена") and len(admin.answers) > 1, PATIENCE)
        await press(admin, "Взять")
        await told(admin, "config_id = ")
        assert len(users(telegram)) == 2
    else:
        await told(admin, "config_id = ")
        assert stored(telegram)["counts"]["users"] == 0
    assert telegram.document(message) == OLDEST


def question_at(admin: Person, message_id: int) -> int:
    """Where a message stands among those the admin sees."""
    return next(n for n, message in enumerate(admin.messages) if message["message_id"] == message_id)


DAMAGED: dict[str, tuple[str, bytes, str]] = {
    "cut short": ("clicker-7-0123456789abcdef.json", OTHERS[:-9], "это не JSON"),
    "a newer program's": ("copy.json", OTHERS.replace(b'"version": 1', b'"version": 9'), "более новая"),
    "rows that are none": ("copy.json", b'[["x"]]', "строка 1 не похожа"),
}


@pytest.mark.long
@pytest.mark.parametrize(("name", "content", "why"), DAMAGED.values(), ids=DAMAGED)
async def test_nothing_is_begun_over_a_copy_that_cannot_be_read(
    bot: Bot, telegram: Telegram, name: str, content: bytes, why: str
) -> None:
    """It may be all that is left; whoever does not need it unpins it."""
    admin = telegram.person(ADMIN, first_name="Админ")
    message = admin.send_file(name, content)
    admin.pin(message["message_id"])
    await bot.start()
    word = f"admin {await code(bot)}"
    admin.send(word)
    assert why in await told(admin, "Здесь закреплена копия, которую восстановить нельзя")
    admin.unpin(message["message_id"])
    admin.send(word)
    await told(admin, "config_id = ")
    assert stored(telegram)["counts"]["users"] == 0


PINNED: dict[str, Callable[[Person], dict[str, Any]]] = {
    "a text": lambda admin: admin.send("Не забыть молоко"),
    "a photo": lambda admin: admin.photo(b"\x89PNG\r\n\x1a\n"),
    "a file": lambda admin: admin.send_file("report.pdf", b"%PDF-1.7"),
    "other JSON": lambda admin: admin.send_file("package.json", b'{"name": "x"}'),
}


@pytest.mark.long
@pytest.mark.parametrize("pin", PINNED.values(), ids=PINNED)
async def test_what_is_no_backup_is_in_nobodys_way(
    bot: Bot, telegram: Telegram, pin: Callable[[Person], dict[str, Any]]
) -> None:
    """People pin many things."""
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.pin(pin(admin)["message_id"])
    await set_up(bot, telegram)
    assert stored(telegram)["counts"]["users"] == 0


@pytest.mark.long
@pytest.mark.parametrize("method", ["getChat", "forwardMessage", "getFile"])
async def test_a_chat_that_cannot_be_looked_at_is_not_empty(bot: Bot, telegram: Telegram, method: str) -> None:
    """No network is no proof that nothing is there."""
    admin = telegram.person(ADMIN, first_name="Админ")
    message = admin.send_file("backup.json", OLDEST)
    admin.pin(message["message_id"])
    await bot.start()
    fault = telegram.faults.add(method, "error", value=502, times=3)
    word = f"admin {await code(bot)}"
    admin.send(word)
    await told(admin, "Не удалось посмотреть, что здесь закреплено")
    assert fault.hits == 3
    admin.send(word)
    await told(admin, "Здесь закреплена копия, которую записал не этот бот")


async def test_another_bots_backup_that_is_pinned_is_not_taken(bot: Bot, telegram: Telegram) -> None:
    """While the program runs or is off, whatever its caption claims: the bot keeps its own table and asks."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    for number, kill in enumerate((None, False, True), 1):
        if kill is False:
            assert await bot.stop() == 0
        elif kill:
            await bot.kill()
        before = len(admin.answers)
        admin.pin(admin.send_file(f"{number}.json", OTHERS, CAPTION.replace("0" * 64, sha(OTHERS)))["message_id"])
        if kill is not None:
            await bot.start()
            await bot.ready()
        await admin.wait(lambda: any(t.startswith("Восстановить эту копию") for t in admin.answers[before:]), PATIENCE)  # noqa: B023
        assert await say(anna, "Клик") == f"Кликов: {number} 🏆"
        await until_stored(telegram, {1001: ("Анна", number)})
    assert bot.running


def sha(content: bytes) -> str:
    """The checksum that a caption tells."""
    return hashlib.sha256(content).hexdigest()
