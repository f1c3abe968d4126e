"""What two people write to each other: every kind, albums, replies, edits, reactions, and what is not passed on."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.media import KINDS, PICTURE, Part
from tests.bots.roulette.stage import (
    FIND,
    FOUND,
    IDLE,
    SEARCH,
    STOP,
    got,
    kind_of,
    newcomer,
    pair,
    passed,
    until,
    until_told,
)
from tests.stories.harness import hold, release, restart, say, set_up, stored

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

pytestmark = pytest.mark.long

KIND = "Не отправлено: контакты, места, опросы и подобное здесь не пересылаются."
LINK = "Не отправлено: ссылки и @имена можно, когда каждый написал хотя бы 5 сообщений."
OTHERS: list[dict[str, Any]] = [
    {"location": {"latitude": 1, "longitude": 2}},
    {"contact": {"phone_number": "+1", "first_name": "x"}},
    {"dice": {"emoji": "🎲", "value": 6}},
]
GONE = "Собеседник недоступен, чат закрыт."
_numbers = count(1001)


async def two(telegram: Telegram) -> tuple[Person, Person]:
    """Two people who talk."""
    one, other = await newcomer(telegram, next(_numbers)), await newcomer(telegram, next(_numbers))
    await pair(one, other)
    return one, other


@pytest.mark.long
async def test_what_is_passed_on_and_what_is_not(new_bot: NewBot, telegram: Telegram) -> None:
    """Every kind by copyMessage, in order; nothing of it stays in the store or in the log."""
    bot = new_bot(BOT="roulette", LOG_LEVEL="DEBUG")
    await set_up(bot, telegram)
    anna, boris = await two(telegram)
    vera = telegram.person(1500, first_name="Вера")
    anna.send("Привет, секретный текст")
    for kind in KINDS:
        anna.media(kind, PICTURE)
    anna.forward(vera.send("Чужое"))
    await until(boris, lambda: len(passed(boris)) == len(KINDS) + 2)
    assert [kind_of(one) for one in passed(boris)][1:-1] == list(KINDS)
    assert got(boris)[0] == "Привет, секретный текст"
    assert got(boris)[-1] == "Чужое"
    assert not any("forward_origin" in one for one in passed(boris))
    for number, content in enumerate(OTHERS, 1):
        anna.send_content(**content)
        await until(anna, lambda wanted=number: anna.answers.count(KIND) == wanted)
    assert len(passed(boris)) == len(KINDS) + 2
    anna.poll("?", "ab")
    await until(anna, lambda: anna.answers.count(KIND) == len(OTHERS) + 1)
    await bot.stop()
    kept = str(stored(telegram)) + bot.output
    assert not [word for word in ("секретный", "Чужое", "Имя1", "Вера") if word in kept]
    assert {call.params["chat_id"] for call in telegram.calls if call.method.startswith("copy")} == {str(boris.id)}


async def test_albums_replies_edits_and_reactions(new_bot: NewBot, telegram: Telegram) -> None:
    """Each finds its counterpart, on both sides, also after a restart; an album stays one."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris = await two(telegram)
    first = anna.send("Один")
    await until(boris, lambda: got(boris) == ["Один"])
    boris.send("Ответ", passed(boris)[0])
    await until(anna, lambda: got(anna) == ["Ответ"])
    assert passed(anna)[0]["reply_to_message"]["message_id"] == first["message_id"]
    await restart(bot)
    anna.send("На своё", first)
    anna.send("На чужое", passed(anna)[0])
    await until(boris, lambda: len(got(boris)) == 3)
    quoted = [one["reply_to_message"]["text"] for one in passed(boris)[1:]]
    assert quoted == ["Один", "Ответ"]
    anna.edit(first, "Один, исправлено")
    await until(boris, lambda: got(boris)[0] == "Один, исправлено")
    await reactions(anna, boris)
    anna.edit(first, "/stop")  # a command is never passed on
    anna.album([Part(caption="a"), Part("video"), PICTURE])
    after = anna.send("После")
    await until(boris, lambda: got(boris)[-1] == "После")
    assert len({one["media_group_id"] for one in passed(boris)[3:6]}) == 1
    assert [kind_of(one) for one in passed(boris)[3:6]] == ["photo", "video", "photo"]
    assert sum(call.method == "copyMessages" for call in telegram.calls) == 1
    assert await say(boris, STOP) == "Вы вышли из чата."
    anna.edit(after, "Поздно")
    boris.react(passed(boris)[0], "🔥")
    assert await say(anna, "Ау") == "Вы не в чате. Нажмите «Найти собеседника»."
    assert (got(boris)[0], got(boris)[-1]) == ("Один, исправлено", "После")


async def reactions(anna: Person, boris: Person) -> None:
    """Set, changed, removed; on what one got and on what one sent."""
    hers = next(one for one in anna.messages if one.get("text", "").startswith("Один"))
    for emoji in ("👍", "❤", ""):
        boris.react(passed(boris)[0], emoji)
        wanted = {42: emoji} if emoji else {}
        await until(anna, lambda wanted=wanted: {42: anna.reactions(hers).get(42)} == (wanted or {42: None}))
    anna.react(hers, "🔥")
    await until(boris, lambda: boris.reactions(passed(boris)[0]).get(42) == "🔥")


@pytest.mark.long
async def test_links_come_later(new_bot: NewBot, telegram: Telegram) -> None:
    """Not before five messages of each, not in a caption and not by an edit."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris = await two(telegram)
    for text in ("http://a.bc", "@somebody", "me@a.bc"):
        assert await say(anna, text) == LINK
    plain = anna.send("0")
    for number in range(1, 5):
        anna.send(str(number))
    await until(boris, lambda: len(got(boris)) == 5)
    anna.photo(caption="t.me/x")
    await until(anna, lambda: anna.answers.count(LINK) == 4)
    anna.edit(plain, "http://a.bc")
    await until(anna, lambda: anna.answers.count(LINK) == 5)
    for number in range(5):
        boris.send(str(number))
    await until(anna, lambda: len(got(anna)) == 5)
    anna.send("http://a.bc")
    await until(boris, lambda: got(boris) == ["0", "1", "2", "3", "4", "http://a.bc"])
    anna.edit(plain, "@me")
    await until(boris, lambda: got(boris)[0] == "@me")


async def test_who_blocks_the_bot_leaves(new_bot: NewBot, telegram: Telegram) -> None:
    """His chat or his search; who has deleted his account is found out by the first message."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    (anna, boris), (vera, gleb) = await two(telegram), await two(telegram)
    boris.block()
    await until_told(anna, GONE)
    assert anna.keyboard == IDLE
    gleb.deactivate()
    vera.send("Ау")
    await until_told(vera, GONE)
    assert await say(anna, FIND) == SEARCH
    anna.block()
    await telegram.wait(lambda: not telegram.queue_of(), 30)
    assert await say(vera, FIND) == SEARCH
    boris.unblock()
    assert await say(boris, FIND) == FOUND


LOST = ["timeout_after", "reset_after", "500", "502", "reset_before"]


@pytest.mark.long
async def test_a_lost_answer_is_looked_for(new_bot: NewBot, telegram: Telegram) -> None:
    """Whether the copy had arrived or not, the partner has it once, and what comes behind it afterwards."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    pairs = [await two(telegram) for _ in LOST]
    for (anna, boris), fault in zip(pairs, LOST, strict=True):
        telegram.faults.add("copyMessage", fault, chat=boris.id)  # type: ignore[arg-type]
        anna.send("Один")
        anna.send("Два")
    for anna, boris in pairs:
        await until(boris, lambda boris=boris: len(got(boris)) >= 2)
        anna.send("Три")
        await until(boris, lambda boris=boris: got(boris)[-1] == "Три")
        assert got(boris) == ["Один", "Два", "Три"]


@pytest.mark.parametrize("is_sent", [True, False])
async def test_a_kill_while_a_message_is_sent(new_bot: NewBot, telegram: Telegram, is_sent: bool) -> None:
    """It is there once, whether it had been executed or not, in order, and goes to nobody else."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris = await two(telegram)
    anna.send("Ноль")
    await until(boris, lambda: got(boris) == ["Ноль"])
    under_way = hold(telegram, "copyMessage")
    anna.send("Один")
    await under_way()
    if is_sent:
        release(telegram)
        await until(boris, lambda: len(got(boris)) == 2)
        under_way = hold(telegram, "copyMessage")
    anna.send("Два")
    await telegram.wait(lambda: telegram.count("copyMessage") >= 2 + is_sent, 30)
    await bot.kill()
    telegram.faults.clear()
    anna.send("Три")
    await bot.start()
    await until(boris, lambda: got(boris)[-1] == "Три")
    assert got(boris) == ["Ноль", "Один", "Два", "Три"]
    boris.send("Ответ")
    await until(anna, lambda: got(anna) == ["Ответ"])


@pytest.mark.parametrize("kills", [0, 1])
@pytest.mark.parametrize("fault", LOST)
async def test_a_stop_before_a_lost_answer_was_looked_for(
    new_bot: NewBot, telegram: Telegram, fault: str, kills: int
) -> None:
    """A process that lives for a moment only, as the first of all or after one that was killed, leaves no doubt."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris = await two(telegram)
    for _ in range(kills):
        await bot.kill()
        await bot.start()
    telegram.faults.add("copyMessage", fault, chat=boris.id)  # type: ignore[arg-type]
    anna.send("Один")
    await telegram.wait(lambda: telegram.count("copyMessage") == 1, 30)
    anna.send("Два")
    assert await bot.stop() == 0
    telegram.faults.clear()
    await bot.start()
    await until(boris, lambda: got(boris)[-1:] == ["Два"])
    assert got(boris) == ["Один", "Два"]


async def test_a_screen_keeps_its_buttons(new_bot: NewBot, telegram: Telegram) -> None:
    """Even one that nobody knows of, as it was sent in the last moment of a process, and is taken for a copy."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris = await two(telegram)
    await telegram.wait(lambda: not telegram.bot().queue, 30)  # all is stored: Telegram keeps taps for 150 s only
    hold(telegram, "editMessageMedia")
    under_way = hold(telegram, "sendMessage")
    boris.send("/settings")
    await under_way()
    anna.send("Один")
    copying = hold(telegram, "copyMessage")
    release(telegram)
    await copying()
    screen = max(number for number, one in boris.chat.messages.items() if one.outgoing)
    assert boris.chat.messages[screen].data["text"] == "Настройки"
    await bot.kill()
    telegram.faults.clear()
    before = telegram.count("editMessageReplyMarkup")
    await bot.start()
    await until(boris, lambda: got(boris) == ["Один"])
    await telegram.wait(lambda: telegram.count("editMessageReplyMarkup") >= before + 2, 30)
    await until(boris, lambda: "reply_markup" in boris.chat.messages[screen].data)
