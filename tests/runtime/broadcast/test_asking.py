"""Before a message goes to all players: what must not go is refused, and the admin sees it, the number, two buttons."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.chaos.broadcasting import NEWS, SEND
from tests.runtime.admin.test_commands import file_after
from tests.stories.announcing import CANCEL, ask, asked, copies, crowd, press, read
from tests.stories.harness import PATIENCE, bare, hold, release, restart, say, set_up, shown, sign_up

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

    Made = Callable[[Person, Telegram], Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.long

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(50)


def renamed(admin: Person, content: bytes) -> dict[str, Any]:
    """A file of the admin's own whose name and caption tell nothing."""
    return admin.send_file("важное.dat", content, "Прочтите!")


def forwarded(admin: Person, message: dict[str, Any]) -> dict[str, Any]:
    """A message of the bot that the admin has forwarded."""
    origin = {"type": "user", "sender_user": admin.bot.user, "date": 1}
    kept = {name: message[name] for name in ("text", "caption", "document", "photo") if name in message}
    return admin.send_content(**kept, forward_origin=origin)


async def pinned(admin: Person, _: Telegram) -> dict[str, Any]:
    """The document itself."""
    return admin.pinned or {}


async def forwarded_document(admin: Person, _: Telegram) -> dict[str, Any]:
    """Forwarded by the admin."""
    return forwarded(admin, admin.pinned or {})


async def sent_document(admin: Person, telegram: Telegram) -> dict[str, Any]:
    """Sent by the admin as it is, for a restore."""
    return admin.send_file("clicker (1).json", telegram.document(admin.pinned or {}))


async def captioned(admin: Person, _: Telegram) -> dict[str, Any]:
    """A text with the caption of a document."""
    return admin.send(f"Вот: {(admin.pinned or {})['caption']}")


async def renamed_document(admin: Person, telegram: Telegram) -> dict[str, Any]:
    """Without its name and caption."""
    return renamed(admin, telegram.document(admin.pinned or {}))


async def packed_document(admin: Person, telegram: Telegram) -> dict[str, Any]:
    """Compressed by the admin."""
    return renamed(admin, gzip.compress(telegram.document(admin.pinned or {})))


async def part(admin: Person, _: Telegram) -> dict[str, Any]:
    """A part, from a large bot."""
    return renamed(admin, gzip.compress(b'{"columns": ["chatid", "name"], "rows": [\n[1001, "A"]\n], "deleted": []}'))


async def oldest(admin: Person, _: Telegram) -> dict[str, Any]:
    """The array of the first version."""
    return renamed(admin, b"\xef\xbb\xbf" + bare((1001, "Анна", 5, 0)))


async def export(admin: Person, _: Telegram) -> dict[str, Any]:
    """An export as the bot has sent it."""
    return await file_after(admin, "/export csv")


async def renamed_sqlite(admin: Person, telegram: Telegram) -> dict[str, Any]:
    """An export without its name."""
    return renamed(admin, telegram.document(await file_after(admin, "/export sqlite")))


async def resaved_csv(admin: Person, _: Telegram) -> dict[str, Any]:
    """An export that a spreadsheet has saved in its own way."""
    return renamed(admin, '"chatid";"name";"click";"state";"reached"\r\n1001;"Анна";5;0;1\r\n'.encode("utf-16"))


async def sheet(admin: Person, _: Telegram) -> dict[str, Any]:
    """A workbook."""
    return renamed(admin, zipped("xl/sharedStrings.xml", "<t>chatid</t><t>name</t><t>click</t><t>state</t>"))


async def archive(admin: Person, _: Telegram) -> dict[str, Any]:
    """An export in an archive."""
    return renamed(admin, zipped("users.csv", "chatid,name,click,state\n1001,A,5,0\n"))


async def ids(admin: Person, _: Telegram) -> dict[str, Any]:
    """What the bot has said at the set-up, copied."""
    return admin.send("admin_id = 1\nconfig_id = 5")


async def figures(admin: Person, _: Telegram) -> dict[str, Any]:
    """The bot's own message."""
    return await file_after(admin, "/stats")


async def answer(admin: Person, _: Telegram) -> dict[str, Any]:
    """A text of the bot, forwarded."""
    await say(admin, "/start")
    return forwarded(admin, shown(admin, "Приветствую"))


async def question(admin: Person, _: Telegram) -> dict[str, Any]:
    """The question itself."""
    await ask(admin)
    return next(message for message in admin.messages if "Разослать это" in message.get("text", ""))


async def own_service(admin: Person, _: Telegram) -> dict[str, Any]:
    """That the admin has pinned something."""
    return admin.pin(admin.send(NEWS)["message_id"])


async def album(admin: Person, _: Telegram) -> dict[str, Any]:
    """One picture of three."""
    photo = admin.photo(PICTURE)["photo"]
    return [admin.send_content(photo=photo, media_group_id="5") for _ in range(3)][1]


def zipped(name: str, text: str) -> bytes:
    """An archive with one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, text)
    return content.getvalue()


DATA: list[Made] = [
    *(pinned, forwarded_document, sent_document, captioned, renamed_document, packed_document, part, oldest, export),
    *(renamed_sqlite, resaved_csv, sheet, archive, ids),
]
REFUSED: dict[Made, str] = {
    **dict.fromkeys(DATA, "данные бота"),
    **dict.fromkeys([figures, answer, question], "Это написал сам бот"),
    own_service: "нельзя скопировать",
    album: "Это альбом",
}


@pytest.mark.parametrize(("made", "why"), REFUSED.items(), ids=[made.__name__ for made in REFUSED])
async def test_what_is_not_for_players_is_refused(bot: Bot, telegram: Telegram, made: Made, why: str) -> None:
    """In one sentence, and nobody gets anything; the next message can be sent."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    message = await made(admin, telegram)
    before = asked(admin)
    admin.send("/broadcast", reply_to=message["message_id"])
    assert (await read(admin, why)).count(".") <= 1
    assert asked(admin) == before
    await ask(admin)
    assert asked(admin) == before + 1
    assert [message for message in anna.messages if "text" not in message] == []
    assert telegram.count("copyMessage") == asked(admin)  # which were shown to the admin


HARMLESS = {
    "a file": lambda admin: admin.send_file("правила.pdf", b"%PDF-1.7"),
    "other tables": lambda admin: admin.send_file("prices.csv", b"name,price\nA,5\n"),
    "other json": lambda admin: admin.send_file("list.json", json.dumps([[1, 2], [3, 4]]).encode()),
    "a broken archive": lambda admin: admin.send_file("a.zip", zipped("a", "a")[:-9] + b"PK\5\6" + bytes(18)),
    "a picture": lambda admin: admin.photo(PICTURE, "Смотрите"),
    "a post of a channel": lambda admin: admin.send_content(
        text=NEWS, forward_origin={"type": "channel", "chat": {"id": -5, "type": "channel"}, "message_id": 1, "date": 1}
    ),
    "an answer to the document": lambda admin: admin.send(NEWS, reply_to=(admin.pinned or {})["message_id"]),
}


@pytest.mark.parametrize("sent", HARMLESS.values(), ids=HARMLESS)
async def test_anything_else_may_be_sent(
    bot: Bot, telegram: Telegram, sent: Callable[[Person], dict[str, Any]]
) -> None:
    """The admin sees it as players will."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    message = sent(admin)
    admin.send("/Broadcast@Clicker_bot", reply_to=message["message_id"])
    assert await read(admin, "Разослать") == "Разослать это сообщение? Получателей сейчас: 1."
    await press(admin, SEND)
    await read(admin, "Рассылка завершена. Отправлено: 1 из 1.")
    kept = ("text", "caption", "photo", "document")
    told, shown = anna.messages[-1], next(one for one in reversed(admin.messages) if "reply_to_message" in one)
    shown = shown["reply_to_message"]
    assert {name for name in kept if name in told} == {name for name in kept if name in message}
    assert [told.get(name) for name in ("text", "caption")] == [message.get(name) for name in ("text", "caption")]
    assert [shown.get(name) for name in ("text", "caption")] == [message.get(name) for name in ("text", "caption")]


async def test_nothing_goes_before_the_button(bot: Bot, telegram: Telegram) -> None:
    """It works once, after a crash too, for those who play when it is pressed; whoever says no sends nothing."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 3)
    await ask(admin)
    question = shown(admin, "Разослать это")["message_id"]
    await ask(admin, "Вторая новость")
    assert await press(admin, CANCEL) == "Рассылка отменена."
    await read(admin, "Рассылка отменена, никто ничего не получил.")
    await restart(bot, kill=True)
    assert sum(copies(people)) == 0
    people += await crowd(telegram, 5, first=2001)
    # Whether the second is asked about once more, until its button has come again, depends on the last save.
    query, again = admin.press(SEND, question), admin.press(SEND, question)
    assert await read(admin, "Рассылка завершена") == "Рассылка завершена. Отправлено: 8 из 8."
    answers = [(admin.alert(one) or {}).get("text") for one in (query, again)]
    assert answers == ["Рассылка начинается.", "С этой рассылкой так уже не сделать."]
    assert copies(people) == [1] * 8
    assert not any("Вторая новость" in person.answers for person in people)
    await admin.wait(lambda: asked(admin) == 0, PATIENCE)  # the questions have become reports


async def test_two_are_asked_about_and_go_one_after_the_other(bot: Bot, telegram: Telegram) -> None:
    """The second button waits until the first broadcast is over, and says so."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 3)
    first, second = [admin.send(text)["message_id"] for text in (NEWS, "Вторая новость")]
    for number in first, second:
        admin.send("/broadcast", reply_to=number)
    await admin.wait(lambda: asked(admin) == 2, PATIENCE)
    questions = [one["message_id"] for one in admin.messages if "Разослать это" in one.get("text", "")]
    under_way = hold(telegram, "copyMessage")
    admin.press(SEND, questions[0])
    await under_way()
    assert "уже идёт" in await press(admin, SEND, questions[1])
    release(telegram)
    await read(admin, "Рассылка завершена")
    assert not any("Вторая новость" in person.answers for person in people)
    await press(admin, SEND, questions[1])
    await telegram.wait(lambda: all("Вторая новость" in person.answers for person in people), PATIENCE)
    assert copies(people) == [1] * 3


async def test_what_was_asked_may_be_out_of_date(bot: Bot, telegram: Telegram) -> None:
    """A message that is edited or deleted after the question, and a question of a table that is gone, send nothing."""
    admin = await set_up(bot, telegram)
    people = await crowd(telegram, 2)
    number = await ask(admin)
    admin.edit(number, "Совсем другое")
    assert "ещё раз" in await read(admin, "Сообщение изменилось")
    admin.delete(await ask(admin))
    await press(admin, SEND)
    await read(admin, "сообщение удалено")
    before = telegram.document(admin.pinned or {})
    await ask(admin)
    stale = shown(admin, "Разослать это")
    admin.send_file("copy.json", before)
    await read(admin, "Восстановить эту копию")
    admin.press("Восстановить")
    await read(admin, "Копия восстановлена")
    await ask(admin, "Ещё новость")  # which has the number of the one that is gone
    for button, why in zip(stale["reply_markup"]["inline_keyboard"][0], ("устарел", "уже не сделать"), strict=True):
        query_id = admin.bot.new_query(admin.id)
        query = {"id": query_id, "from": admin.user, "message": stale, "chat_instance": "1"}
        admin.bot.notify("callback_query", {**query, "data": button["callback_data"]}, 150)
        await telegram.wait(lambda: admin.alert(query_id), PATIENCE)  # noqa: B023
        assert why in str(admin.alert(query_id))
    assert sum(copies(people)) == 0
    assert all(person.newest.startswith("Приветствую") for person in people)
    await press(admin, SEND)
    await telegram.wait(lambda: all("Ещё новость" in person.answers for person in people), PATIENCE)
