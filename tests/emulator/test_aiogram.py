"""What the bot's library makes of the answers: every type is parsed by aiogram."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)

from tests.emulator.api import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.http.server import Server
    from emulator.state.faults import Kind
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

FILE = BufferedInputFile(b'{"n": 1}', "backup.json")


@pytest.fixture
async def bot(server: Server) -> AsyncIterator[Bot]:
    """The real library against the local server."""
    api = TelegramAPIServer.from_base(server.url)
    async with Bot(TOKEN, session=AiohttpSession(api=api)) as bot:
        yield bot


async def test_a_conversation(bot: Bot, anna: Person) -> None:
    """A tap, an answer, a keyboard."""
    updates = await bot.get_updates()
    message = updates[0].message
    assert message is not None
    assert message.from_user is not None
    assert (message.text, message.from_user.first_name) == ("/start", "Анна")
    keyboard = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Клик")]], resize_keyboard=True)
    sent = await bot.send_message(anna.id, "hi", reply_markup=keyboard)
    assert (sent.text, anna.keyboard) == ("hi", [["Клик"]])
    anna.tap("Клик")
    anna.edit(1, "/start again")
    anna.block()
    anna.unblock()
    kinds = [update.event_type for update in await bot.get_updates(updates[0].update_id + 1)]
    assert kinds == ["message", "edited_message", "my_chat_member", "my_chat_member"]


async def test_a_backup_and_its_way_back(bot: Bot, anna: Person) -> None:
    """Send, pin, edit, look at the chat, forward, download, delete the copy."""
    sent = await bot.send_document(anna.id, FILE, caption="1")
    await bot.pin_chat_message(anna.id, sent.message_id, disable_notification=True)
    media = InputMediaDocument(media=BufferedInputFile(b'{"n": 2}', "backup.json"), caption="2")
    edited = await bot.edit_message_media(media, chat_id=anna.id, message_id=sent.message_id)
    assert isinstance(edited, Message)
    assert edited.edit_date
    chat = await bot.get_chat(anna.id)
    assert isinstance(chat.pinned_message, Message)
    assert chat.pinned_message.message_id == sent.message_id
    forward = await bot.forward_message(anna.id, anna.id, sent.message_id)
    assert forward.document is not None
    assert chat.pinned_message.document is not None
    assert forward.document.file_unique_id == chat.pinned_message.document.file_unique_id
    content = await bot.download(forward.document)
    assert content is not None
    assert content.read() == b'{"n": 2}'
    assert await bot.delete_message(anna.id, forward.message_id)


async def test_everything_else_is_parsed(bot: Bot, anna: Person) -> None:
    """Buttons, copies, commands, the profile."""
    button = InlineKeyboardButton(text="Go", callback_data="go")
    sent = await bot.send_message(anna.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))
    query_id = anna.press("Go")
    query = (await bot.get_updates(-1))[0].callback_query
    assert query is not None
    assert (query.id, query.data) == (query_id, "go")
    await bot.answer_callback_query(query.id, "ok")
    assert (await bot.copy_message(anna.id, anna.id, sent.message_id)).message_id == sent.message_id + 1
    commands = [BotCommand(command="start", description="x")]
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands(commands, scope=scope, language_code="ru")
    assert [c.command for c in await bot.get_my_commands(scope=scope, language_code="ru")] == ["start"]
    await bot.set_my_description("d")
    assert (await bot.get_my_description()).description == "d"
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert (await bot.get_me()).username == "clicker_bot"
    await bot.send_chat_action(anna.id, "typing")
    photo = await bot.send_photo(anna.id, BufferedInputFile(b"\xff\xd8\xff", "x.jpg"))
    assert photo.photo
    anna.pin(sent.message_id)
    service = (await bot.get_updates(-1))[0].message
    assert service is not None
    assert service.pinned_message is not None


async def test_refusals_are_the_library_s_errors(bot: Bot, telegram: Telegram, anna: Person) -> None:
    """By status."""
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(7, "x")
    big = BufferedInputFile(bytes(50_000_001), "big", chunk_size=1 << 20)
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(anna.id, big)
    errors: dict[Kind, type[Exception]] = {
        "429": TelegramRetryAfter,
        "500": TelegramServerError,
        "502": ClientDecodeError,
        "reset_before": TelegramNetworkError,
    }
    for kind, error in errors.items():
        telegram.faults.add("sendMessage", kind)
        with pytest.raises(error):
            await bot.send_message(anna.id, "x")
    anna.block()
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(anna.id, "x")
    await bot.set_webhook("https://example.com")
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()


async def test_a_wrong_token(server: Server) -> None:
    """401, as from the real server."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot("43:OTHER", session=session) as bot:
        with pytest.raises(TelegramUnauthorizedError):
            await bot.get_me()
