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
from emulator.methods.inline import answer_inline_query
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

    from playwright.async_api import Browser, Locator, Page

    from emulator.state.chats import Json
    from emulator.state.people import Person

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

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
async def stage(browser: Browser, **context: Any) -> AsyncIterator[Stage]:
    """A browser in front of a Telegram without a bot's process."""
    telegram = Telegram()
    bot = telegram.add_bot("42:TEST", username="clicker_bot", name="Кликер")
    telegram.person(1001, first_name="Анна")
    scene = Scene(telegram, bot, telegram.person(1003, first_name="Мария"), tally=clicker.tally())
    async with serve(telegram, extra=routes(scene)) as server, browsing(browser, server.url, **context) as page:
        yield Stage(telegram, page)


async def tap(chat: Locator, button: str, times: int = 1) -> None:
    """Tap a button of the reply keyboard."""
    for _ in range(times):
        await chat.locator(".keyboard").get_by_role("button", name=button).click()


async def row(page: Page, name: str, *numbers: str) -> None:
    """The numbers of a player in the panel: tapped, counted, stored."""
    cells = page.locator("#tally tr", has_text=name).locator("td")
    await expect(cells).to_have_text(list(numbers), timeout=LONG)


async def test_a_visitor_sees_the_promise(tmp_path: Path, browser: Browser) -> None:
    """Two players tap, the bot is killed, taps go on, it is started: all numbers agree; the document is readable."""
    async with playing(tmp_path) as (_, url), browsing(browser, url) as page:
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


async def test_what_people_write_is_never_markup(browser: Browser) -> None:
    """Tags in names, texts, buttons and documents are shown as they were typed."""
    evil = "<img src=x onerror=\"document.title='evil'\">"
    async with stage(browser) as scene:
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


async def test_a_person_writes_edits_pins_and_deletes(browser: Browser) -> None:
    """Typing sends; a message's menu does the rest, with the keyboard, too."""
    async with stage(browser) as scene:
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


async def test_a_person_blocks_the_bot_and_takes_another_name(browser: Browser) -> None:
    """The menu of the chat; a blocked bot leaves one button to come back."""
    async with stage(browser) as scene:
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


async def test_keyboards_below_and_inside_the_chat(browser: Browser) -> None:
    """A reply button sends its text, an inline one a query; a refusal is told in one line."""
    async with stage(browser) as scene:
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


async def test_the_command_menu_sends_a_command(browser: Browser) -> None:
    """It is there once the bot has commands for this chat."""
    async with stage(browser) as scene:
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


async def test_documents_open_in_the_page(browser: Browser) -> None:
    """Packed JSON is unpacked, text is shown as it is, anything else is named; an edit shows in the open window."""
    async with stage(browser) as scene:
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


async def test_a_file_is_sent(browser: Browser) -> None:
    """Through the paper clip."""
    async with stage(browser) as scene:
        chat = scene.chat(scene.maria)
        file: Any = {"name": "old.json", "mimeType": "application/json", "buffer": b"[[1234]]"}
        await chat.locator("input[type=file]").set_input_files(file)
        await expect(chat.locator(".mine .document")).to_contain_text("old.json")
        assert scene.telegram.document(scene.maria.messages[-1]) == b"[[1234]]"


async def test_troubles_are_switches(browser: Browser) -> None:
    """What a switch shows is what Telegram has."""
    async with stage(browser) as scene:
        for name in ("Сеть оборвана", "Задержка 1,5 с"):
            await scene.page.get_by_role("switch", name=name).click()
            await expect(scene.page.get_by_role("switch", name=name)).to_be_checked()
        assert scene.anna.bot.network.cut
        assert not scene.telegram.cut
        assert [fault.kind for fault in scene.telegram.faults.active] == ["latency"]
        scene.telegram.faults.clear()
        scene.telegram.changed.touch()
        await expect(scene.page.get_by_role("switch", name="Задержка")).not_to_be_checked()


async def test_the_language_is_remembered(browser: Browser) -> None:
    """English on a switch, also after a reload and in messages already drawn."""
    async with stage(browser, color_scheme="dark") as scene:
        scene.anna.pin(scene.anna.send("hello")["message_id"])
        page = scene.page
        await expect(page.locator(".service")).to_contain_text("закреплено")
        await page.get_by_role("button", name="Eng").click()
        await expect(page.locator(".service")).to_have_text("Анна pinned a message")
        await page.reload()
        await expect(page.locator("#troubles h2")).to_have_text("Troubles")
        await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_on_a_phone_there_is_one_thing_at_a_time(browser: Browser) -> None:
    """Tabs choose between the chats and the panel; nothing is wider than the screen."""
    async with stage(browser, **PHONE) as scene:
        page, chat = scene.page, scene.chat(scene.anna)
        scene.anna.pin(scene.anna.send("A long line that is pinned on top of the chat. " * 9)["message_id"])
        await expect(chat.locator(".pinned")).to_be_visible()
        await expect(scene.chat(scene.maria)).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("navigation").get_by_role("button", name="Пульт").tap()
        await expect(page.get_by_role("switch").first).to_be_visible()
        await expect(chat).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_newest_message_stays_in_sight(browser: Browser) -> None:
    """Until a person scrolls up to read; then a button leads back down."""
    async with stage(browser) as scene:
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


async def test_the_page_says_when_the_program_has_ended(browser: Browser) -> None:
    """In a line on top."""
    async with stage(browser) as scene:
        await expect(scene.page.locator("#offline")).to_be_hidden()
        scene.telegram.stop()
        await expect(scene.page.locator("#offline")).to_be_visible()


async def test_a_bot_that_counts_nothing_is_promised_nothing(browser: Browser) -> None:
    """Without a tally the page shows chats and troubles, and speaks of no clicks."""
    telegram = Telegram()
    scene = Scene(telegram, telegram.add_bot("42:TEST", name="Any bot"))
    anna = telegram.person(1001, first_name="Анна")
    async with serve(telegram, extra=routes(scene)) as server, browsing(browser, server.url) as page:
        chat = page.locator("#chat-1001")
        await expect(chat.locator(".welcome")).to_contain_text("Any bot")
        await expect(chat.locator(".welcome")).not_to_contain_text("клики")
        await expect(page.locator("#troubles")).to_be_visible()
        await expect(page.locator("#promise")).to_be_hidden()
        await chat.get_by_role("button", name="Запустить").click()
        await telegram.wait(lambda: anna.messages)


NAME = """
const name = (one) => one.ariaLabel || one.textContent.trim() || one.title || one.getAttribute("aria-labelledby");
const place = (one) => one.closest(".chat")?.querySelector("h2").textContent ?? one.closest("section, details")?.id;
"""
NAMELESS = f"(all) => {{ {NAME} return all.filter((one) => !name(one)).map((one) => one.outerHTML); }}"
FOCUSED = f"() => {{ {NAME} return [document.activeElement].map((one) => place(one) + ': ' + name(one))[0]; }}"


async def test_everything_has_a_name_and_a_place_in_the_order(browser: Browser) -> None:
    """Tab goes through the chats from the left to the right, in each from the top to the bottom, then the panel."""
    async with stage(browser) as scene:
        scene.anna.send("/start")
        scene.maria.send("/start")
        scene.shows_keyboard(scene.anna)
        keys = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
        scene.says(scene.anna, "Продолжить?", reply_markup=keys)
        chat, page = scene.chat(scene.anna), scene.page
        await expect(chat.get_by_role("button", name="Да")).to_be_visible()
        await expect(chat.locator(".keyboard")).to_be_visible()
        assert await page.locator("button, input, summary, a, [tabindex]").evaluate_all(NAMELESS) == []
        await page.get_by_role("button", name="Eng").focus()
        order = []
        for _ in range(25):
            await page.keyboard.press("Tab")
            order.append(await page.evaluate(FOCUSED))
        mine = [name.removeprefix("Анна: ") for name in order if name.startswith("Анна")]
        assert mine == [
            *("×20", "Действия в чате", "Сообщения", "Действия с сообщением", "Да", "Действия с сообщением"),
            *("Отправить файл", "Сообщение", "Отправить ещё что-то", "Клавиатура бота", "Отправить", "Клик", "Рейтинг"),
        ]
        places = list(dict.fromkeys(name.split(":")[0] for name in order))
        assert places == ["Анна", "Мария", "troubles"]
        await expect(page.get_by_role("article", name="Анна").get_by_role("log")).to_contain_text("Продолжить?")
        await expect(page.get_by_role("complementary", name="Пульт")).to_be_visible()


async def test_a_chat_is_played_with_the_keyboard_alone(browser: Browser) -> None:
    """Menus open with Enter, go with arrows and close with Escape, which leads back to where they were opened."""
    async with stage(browser) as scene:
        scene.anna.send("/start")
        scene.shows_keyboard(scene.anna)
        page, chat = scene.page, scene.chat(scene.anna)
        more = chat.get_by_role("button", name="Отправить ещё что-то")
        await more.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("menuitem", name="Альбом из трёх фото")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(more).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(chat.locator(".mine", has_text="Голосовое")).to_be_visible()
        await chat.get_by_role("button", name="Рейтинг").focus()
        await page.keyboard.press("Space")
        await expect(chat.locator(".mine", has_text="Рейтинг")).to_be_visible()
        switch = page.get_by_role("switch", name="Ошибка 500")
        await switch.focus()
        await page.keyboard.press("Space")
        await expect(switch).to_be_checked()
        await expect(switch).to_be_focused()
        asking = scene.says(scene.anna, "Почему?")
        scene.anna.chat.forced = asking.id
        scene.telegram.changed.touch()
        await expect(chat.get_by_role("textbox", name="Сообщение")).to_be_focused()
        await page.keyboard.type("потому что")
        await page.keyboard.press("Enter")
        await expect(chat.locator(".mine .quote")).to_contain_text("Почему?")


async def test_inline_results_are_chosen_with_the_arrows(browser: Browser) -> None:
    """What stands behind the bot's name is asked; Escape asks nobody any more, Enter sends a result."""
    async with stage(browser) as scene:
        page, chat, bot = scene.page, scene.chat(scene.anna), scene.anna.bot
        await expect(chat.get_by_role("button", name="Запустить")).to_be_visible()
        bot.inline.on = True
        scene.anna.send("/start")
        box = chat.get_by_role("textbox", name="Сообщение")
        results = chat.get_by_role("group", name="Результаты бота")
        for text, sends in (("x", False), ("lac", True)):
            await box.fill(f"@clicker_bot {text}")
            await scene.telegram.wait(lambda: "inline_query" in scene.telegram.queue_of()[-1])
            query = scene.telegram.queue_of()[-1]["inline_query"]
            assert query["query"] == text
            offers = [
                {
                    "type": "article",
                    "id": str(number),
                    "title": f"Ad {number}",
                    "input_message_content": {"message_text": "ad"},
                }
                for number in (1, 2)
            ]
            given = {"inline_query_id": query["id"], "results": orjson.dumps(offers).decode(), "next_offset": "2"}
            answer_inline_query(bot, Parameters(given))
            await expect(results.get_by_role("status")).to_have_text("Найдено: 2")
            await page.keyboard.press("ArrowDown")
            await expect(results.get_by_role("button", name="Ad 1")).to_be_focused()
            await page.keyboard.press("Enter" if sends else "Escape")
            await expect(results).to_be_hidden()
            await expect(box).to_be_focused()
            await expect(box).to_have_value("")
            await scene.telegram.wait(lambda: scene.anna.messages)
            scene.anna.send("between")
        await expect(chat.locator(".mine", has_text="ad")).to_have_count(1)


async def test_an_album_is_a_grid(browser: Browser) -> None:
    """Of its photos, in their order; it goes with its last photo."""
    async with stage(browser) as scene:
        scene.anna.send("/start")
        page, chat = scene.page, scene.chat(scene.anna)
        await chat.get_by_role("button", name="Отправить ещё что-то").click()
        await page.get_by_role("menuitem", name="Альбом из трёх фото").click()
        grid = chat.get_by_role("group", name="Альбом")
        await expect(grid.get_by_role("img", name="Фото")).to_have_count(3)
        sent = [message["message_id"] for message in scene.anna.messages[-3:]]
        shown = await grid.locator(".bubble").evaluate_all("(all) => all.map((one) => Number(one.dataset.id))")
        assert shown == sent
        for number in sent:
            scene.anna.delete(number)
        await expect(grid).to_have_count(0)


async def test_the_drawer_shows_calls_and_their_answers(browser: Browser) -> None:
    """Newest first; the words of the filter must be in a call, one with a minus must not."""
    async with stage(browser) as scene:
        scene.anna.send("/start")
        page = scene.page
        for call in ("getMe", "sendMessage?chat_id=1001&text=hello", "getChat?chat_id=7"):
            await page.request.get(f"{page.url}bot42:TEST/{call}")
        await page.get_by_text("Вызовы бота").click()
        rows, words = page.locator("#calls-list summary"), page.get_by_role("searchbox")
        await expect(rows).to_contain_text(["getChat", "sendMessage", "getMe"])
        for given, found in (("-getme -chat_id", []), ("400", ["getChat"]), ("send hello", ["sendMessage"])):
            await words.fill(given)
            await expect(rows).to_contain_text(found)
            await expect(rows).to_have_count(len(found))
        await rows.first.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#calls-list .answer")).to_contain_text('{"ok":true,"result":{"message_id"')
