"""The chat page in a real browser."""

from __future__ import annotations

import gzip
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from playwright.async_api import expect

from emulator.http.server import serve
from emulator.methods.chats import answer_callback_query
from emulator.methods.parameters import Parameters
from emulator.page.control import routes
from emulator.page.scene import Scene
from emulator.state.chats import Message
from emulator.state.content import text_content
from emulator.state.media import media_content
from emulator.state.menu import scope_key
from emulator.state.telegram import Telegram
from scenes import clicker
from tests.stories.browser import browsing
from tests.stories.playing import playing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Locator, Page

    from emulator.state.chats import Json
    from emulator.state.people import Person

pytestmark = pytest.mark.long

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LONG = 60_000  # milliseconds, a guard only


class Stage:
    """Anna and Maria, the admin, in a browser; there is no bot's process, the test speaks for the bot."""

    def __init__(self, telegram: Telegram, page: Page) -> None:
        self.telegram, self.page = telegram, page
        self.anna, self.maria = telegram.people

    def says(self, person: Person, text: str, **more: Any) -> Message:
        """The bot writes to a person."""
        return self._write(person, {**text_content(text), **more})

    def sends(self, person: Person, name: str, data: bytes) -> Message:
        """The bot sends a document."""
        return self._write(person, media_content(person.bot, "document", data, name))

    def _write(self, person: Person, content: Json) -> Message:
        return person.bot.new_message(person.chat, person.bot.user, content, outgoing=True)

    def shows_keyboard(self, person: Person) -> None:
        """The bot's reply keyboard appears below the chat."""
        person.chat.show({"keyboard": [[{"text": "Клик"}], [{"text": "Рейтинг"}]]})
        self.telegram.changed.touch()

    def chat(self, person: Person) -> Locator:
        """The person's chat on the page."""
        return self.page.locator(f"#chat-{person.id}")

    async def choose(self, bubble: Locator, item: str) -> None:
        """Choose from a message's menu as the keyboard does it."""
        await bubble.get_by_role("button", name="Действия с сообщением").focus()
        await self.page.keyboard.press("Enter")
        await self.page.get_by_role("menuitem", name=item).click()


@asynccontextmanager
async def stage(**context: Any) -> AsyncIterator[Stage]:
    """A browser in front of a Telegram without a bot's process."""
    telegram = Telegram()
    bot = telegram.add_bot("42:TEST", username="clicker_bot", name="Кликер")
    telegram.person(1001, first_name="Анна")
    scene = Scene(telegram, bot, telegram.person(1003, first_name="Мария"), tally=clicker.tally())
    async with serve(telegram, extra=routes(scene)) as server, browsing(server.url, **context) as page:
        yield Stage(telegram, page)


async def tap(chat: Locator, button: str, times: int = 1) -> None:
    """Tap a button of the reply keyboard."""
    for _ in range(times):
        await chat.locator(".keyboard").get_by_role("button", name=button).click()


async def row(page: Page, name: str, *numbers: str) -> None:
    """The numbers of a player in the panel: tapped, counted, stored."""
    cells = page.locator("#tally tr", has_text=name).locator("td")
    await expect(cells).to_have_text(list(numbers), timeout=LONG)


async def test_a_visitor_sees_the_promise(tmp_path: Path) -> None:
    """Two players tap, the bot is killed, taps go on, it is started: all numbers agree; the document is readable."""
    async with playing(tmp_path) as (_, url), browsing(url) as page:
        anna, timur, maria = (page.locator(f"#chat-{number}") for number in (1001, 1002, 1003))
        for chat in (anna, timur):
            await chat.get_by_role("button", name="Запустить").click()
        await tap(anna, "Клик", 3)
        await tap(timur, "Клик", 2)
        await row(page, "Анна", "3", "3", "3")
        await tap(timur, "Рейтинг")
        await expect(timur.locator(".theirs").last).to_contain_text("1: Анна - 3🏆", timeout=LONG)
        await page.get_by_role("button", name="Убить").click()
        await expect(page.locator("#bot-state")).to_have_text("Убит")
        await anna.get_by_role("button", name="×20").click()
        await row(page, "Анна", "23", "3", "3")
        await expect(page.locator("#verdict")).to_contain_text("20 ждут в Telegram")
        await page.locator("#bot").get_by_role("button", name="Запустить").click()
        await expect(page.locator("#verdict")).to_have_text("Всё сходится", timeout=LONG)
        await row(page, "Анна", "23", "23", "23")
        await maria.locator(".pinned .jump").click()
        await maria.locator(".document").last.click()
        await expect(page.locator("#viewer-body")).to_contain_text(re.compile(r'\[1001, "Анна", 23,'))
        await page.keyboard.press("Escape")
        await expect(page.locator("#viewer")).to_be_hidden()


async def test_what_people_write_is_never_markup() -> None:
    """Tags in names, texts, buttons and documents are shown as they were typed."""
    evil = "<img src=x onerror=\"document.title='evil'\">"
    async with stage() as scene:
        scene.anna.rename(evil)
        scene.anna.send(evil)
        button = {"text": evil, "callback_data": "x"}
        scene.says(scene.anna, evil, reply_markup={"inline_keyboard": [[button]]})
        scene.anna.pin(scene.sends(scene.anna, evil, orjson.dumps({evil: [evil]})).id)
        chat = scene.chat(scene.anna)
        await expect(chat.locator("h2")).to_have_text(evil)
        await expect(chat.locator(".text").first).to_have_text(evil)
        await chat.locator(".document").click()
        await expect(scene.page.locator("#viewer-body")).to_contain_text("<img")
        await expect(scene.page.locator("#viewer img, .chat img")).to_have_count(0)
        assert await scene.page.title() == "Кликер"


async def test_a_person_writes_edits_pins_and_deletes() -> None:
    """Typing sends; a message's menu does the rest, with the keyboard, too."""
    async with stage() as scene:
        scene.anna.send("/start")
        chat = scene.chat(scene.anna)
        await chat.get_by_role("textbox", name="Сообщение").fill("првет")
        await scene.page.keyboard.press("Enter")
        bubble = chat.locator(".bubble", has_text="првет")
        scene.page.once("dialog", lambda dialog: dialog.accept("привет"))
        await scene.choose(bubble, "Изменить…")
        bubble = chat.locator(".bubble", has_text="привет")
        await expect(bubble.locator("time")).to_contain_text("изм.")
        await scene.choose(bubble, "Закрепить")
        await expect(chat.locator(".pinned")).to_contain_text("привет")
        await expect(chat.locator(".service")).to_have_text("Анна: закреплено сообщение")
        await chat.get_by_role("button", name="Открепить").click()
        await expect(chat.locator(".pinned")).to_be_hidden()
        await bubble.click(button="right")
        await scene.page.get_by_role("menuitem", name="Удалить").click()
        await expect(bubble).to_have_count(0)


async def test_a_person_blocks_the_bot_and_takes_another_name() -> None:
    """The menu of the chat; a blocked bot leaves one button to come back."""
    async with stage() as scene:
        scene.anna.send("/start")
        chat = scene.chat(scene.anna)
        scene.page.once("dialog", lambda dialog: dialog.accept("Аня"))
        for item in ("Сменить имя…", "Заблокировать бота"):
            await chat.get_by_role("button", name="Действия в чате").click()
            await scene.page.get_by_role("menuitem", name=item).click()
        await expect(chat.locator("h2")).to_have_text("Аня")
        await expect(chat.get_by_role("textbox")).to_be_hidden()
        await chat.get_by_role("button", name="Разблокировать").click()
        await expect(chat.get_by_role("textbox")).to_be_visible()


async def test_keyboards_below_and_inside_the_chat() -> None:
    """A reply button sends its text, an inline one a query; a refusal is told in one line."""
    async with stage() as scene:
        scene.anna.send("/start")
        scene.shows_keyboard(scene.anna)
        chat = scene.chat(scene.anna)
        await tap(chat, "Рейтинг")
        await expect(chat.locator(".mine").last).to_contain_text("Рейтинг")
        row = [{"text": text, "callback_data": text} for text in ("Да", "Нет")]
        scene.says(scene.anna, "Продолжить?", reply_markup={"inline_keyboard": [row, row[:1]]})
        await expect(chat.locator(".inline > div")).to_have_text(["ДаНет", "Да"])
        await chat.get_by_role("button", name="Нет", exact=True).click()
        await scene.telegram.wait(lambda: "callback_query" in scene.telegram.queue_of()[-1])
        query = scene.telegram.queue_of()[-1]["callback_query"]["id"]
        answer_callback_query(scene.anna.bot, Parameters({"callback_query_id": query, "text": "Хорошо."}))
        await expect(scene.page.locator("#toast")).to_have_text("Хорошо.")
        await chat.get_by_role("button", name="Клавиатура бота").click()
        await expect(chat.locator(".keyboard")).to_be_hidden()


async def test_the_command_menu_sends_a_command() -> None:
    """It is there once the bot has commands for this chat."""
    async with stage() as scene:
        scene.maria.send("hello")
        button = scene.chat(scene.maria).get_by_role("button", name="Команды бота")
        await expect(button).to_be_hidden()
        scope = scope_key({"type": "chat", "chat_id": str(scene.maria.id)})
        scene.maria.bot.commands[scope, ""] = [{"command": "stats", "description": "Сводка"}]
        scene.telegram.changed.touch()
        await button.click()
        await scene.page.get_by_role("menuitem", name="/stats — Сводка").click()
        await expect(scene.chat(scene.maria).locator(".mine").last).to_contain_text("/stats")
        await expect(scene.chat(scene.anna).get_by_role("button", name="Команды бота")).to_be_hidden()


async def test_documents_open_in_the_page() -> None:
    """Packed JSON is unpacked, text is shown as it is, anything else is named; an edit shows in the open window."""
    async with stage() as scene:
        viewer, body = scene.page.locator("#viewer"), scene.page.locator("#viewer-body")
        scene.sends(scene.maria, "part.json.gz", gzip.compress(b'{"rows":[[1,"x"],[2,"y"]]}'))
        scene.sends(scene.maria, "notes.txt", "просто текст".encode())
        scene.sends(scene.maria, "noise.bin", b"\x1f\x8b\x00\xff")
        files = scene.chat(scene.maria).locator(".document")
        for number, shown in enumerate(('[1, "x"],\n    [2, "y"]', "просто текст", "Двоичный файл")):
            await files.nth(number).click()
            await expect(body).to_contain_text(shown)
            await viewer.get_by_role("button", name="Закрыть").click()
        await files.nth(1).click()
        message = list(scene.maria.chat.messages.values())[1]
        content = media_content(scene.maria.bot, "document", b'{"generation": 8}', "notes.txt")
        scene.maria.chat.replace(message, {**message.data, **content, "edit_date": 1})
        scene.telegram.changed.touch()
        await expect(viewer.locator("dd")).to_have_text("8")


async def test_a_file_is_sent() -> None:
    """Through the paper clip."""
    async with stage() as scene:
        chat = scene.chat(scene.maria)
        file: Any = {"name": "old.json", "mimeType": "application/json", "buffer": b"[[1234]]"}
        await chat.locator("input[type=file]").set_input_files(file)
        await expect(chat.locator(".mine .document")).to_contain_text("old.json")
        assert scene.telegram.document(scene.maria.messages[-1]) == b"[[1234]]"


async def test_troubles_are_switches() -> None:
    """What a switch shows is what Telegram has."""
    async with stage() as scene:
        for name in ("Сеть оборвана", "Задержка 1,5 с"):
            await scene.page.get_by_role("switch", name=name).click()
            await expect(scene.page.get_by_role("switch", name=name)).to_be_checked()
        assert scene.telegram.cut
        assert [fault.kind for fault in scene.telegram.faults.active] == ["latency"]
        scene.telegram.faults.clear()
        scene.telegram.changed.touch()
        await expect(scene.page.get_by_role("switch", name="Задержка")).not_to_be_checked()


async def test_the_language_is_remembered() -> None:
    """English on a switch, also after a reload and in messages already drawn."""
    async with stage(color_scheme="dark") as scene:
        scene.anna.pin(scene.anna.send("hello")["message_id"])
        page = scene.page
        await expect(page.locator(".service")).to_contain_text("закреплено")
        await page.get_by_role("button", name="Eng").click()
        await expect(page.locator(".service")).to_have_text("Анна pinned a message")
        await page.reload()
        await expect(page.locator("#troubles h2")).to_have_text("Troubles")
        await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_on_a_phone_there_is_one_thing_at_a_time() -> None:
    """Tabs choose between the chats and the panel; nothing is wider than the screen."""
    async with stage(**PHONE) as scene:
        page, chat = scene.page, scene.chat(scene.anna)
        scene.anna.pin(scene.anna.send("A long line that is pinned on top of the chat. " * 9)["message_id"])
        await expect(chat.locator(".pinned")).to_be_visible()
        await expect(scene.chat(scene.maria)).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("navigation").get_by_role("button", name="Пульт").tap()
        await expect(page.get_by_role("switch").first).to_be_visible()
        await expect(chat).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_newest_message_stays_in_sight() -> None:
    """Until a person scrolls up to read; then a button leads back down."""
    async with stage() as scene:
        for number in range(60):
            scene.anna.send(f"message {number}")
        chat = scene.chat(scene.anna)
        await expect(chat.get_by_text("message 59")).to_be_in_viewport()
        await chat.locator(".messages").hover()
        await scene.page.mouse.wheel(0, -40)
        await expect(chat.get_by_role("button", name="К последнему")).to_be_visible()
        for number in range(20):
            await scene.page.mouse.wheel(0, -100)
            scene.says(scene.anna, f"meanwhile {number}")
        scene.says(scene.anna, "the newest")
        newest = chat.locator(".bubble", has_text="the newest")
        await expect(newest).to_be_attached()
        await expect(newest).not_to_be_in_viewport()
        await chat.get_by_role("button", name="К последнему").click()
        await expect(newest).to_be_in_viewport()


async def test_the_page_says_when_the_program_has_ended() -> None:
    """In a line on top."""
    async with stage() as scene:
        await expect(scene.page.locator("#offline")).to_be_hidden()
        scene.telegram.stop()
        await expect(scene.page.locator("#offline")).to_be_visible()


async def test_a_bot_that_counts_nothing_is_promised_nothing() -> None:
    """Without a tally the page shows chats and troubles, and speaks of no clicks."""
    telegram = Telegram()
    scene = Scene(telegram, telegram.add_bot("42:TEST", name="Any bot"))
    anna = telegram.person(1001, first_name="Анна")
    async with serve(telegram, extra=routes(scene)) as server, browsing(server.url) as page:
        chat = page.locator("#chat-1001")
        await expect(chat.locator(".welcome")).to_contain_text("Any bot")
        await expect(chat.locator(".welcome")).not_to_contain_text("клики")
        await expect(page.locator("#troubles")).to_be_visible()
        await expect(page.locator("#promise")).to_be_hidden()
        await chat.get_by_role("button", name="Запустить").click()
        await telegram.wait(lambda: anna.messages)
