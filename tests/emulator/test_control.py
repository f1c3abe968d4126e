"""What the chat page asks for over HTTP, and who else is refused."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
import pytest

from emulator.http.server import serve
from emulator.page.control import routes
from emulator.page.process import Process
from emulator.page.scene import Scene
from emulator.state.telegram import Telegram
from scenes import clicker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "42:TEST"
KEYBOARD = orjson.dumps({"keyboard": [["Клик"], ["Рейтинг"]]}).decode()
DOCUMENT = {"tables": {"users": {"columns": ["chatid", "name", "click"], "rows": [[1001, "Анна", 2]]}}}


class Page:
    """The page's side: posts, and the scene put together from the events."""

    def __init__(self, url: str, session: aiohttp.ClientSession, scene: Scene) -> None:
        self.url, self.session, self.scene = url, session, scene
        self.telegram = scene.telegram
        self.anna, self.maria = self.telegram.people
        self.state: dict[str, Any] = {}
        self.events: list[dict[str, Any]] = []
        self._stream: aiohttp.ClientResponse | None = None

    async def post(self, path: str, **body: Any) -> tuple[int, str]:
        """The status and the complaint, "" if there is none."""
        async with self.session.post(self.url + path, json=body) as response:
            return response.status, (await response.json()).get("error", "")

    async def ask(self, method: str, path: str, **more: Any) -> int:
        """The status of a request with headers or a body of one's own."""
        async with self.session.request(method, self.url + path, **more) as response:
            return response.status

    async def bot(self, method: str, **parameters: Any) -> Any:
        """A call as the bot makes it."""
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", data=parameters) as response:
            return (await response.json())["result"]

    async def see(self) -> dict[str, Any]:
        """The scene after the next event."""
        if self._stream is None:
            self._stream = await self.session.get(self.url + "/events")
        async for line in self._stream.content:
            if line.startswith(b"data: "):
                break
        event = orjson.loads(line[6:])
        self.events.append(event)
        self.state = {**({} if event["whole"] else self.state), **event["set"]}
        for key in event["gone"]:
            del self.state[key]
        return self.state


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """Anna and Maria, the admin, in a Telegram without a bot's process."""
    telegram = Telegram()
    bot = telegram.add_bot(TOKEN, username="clicker_bot", name="Кликер")
    telegram.person(1001, first_name="Анна")
    scene = Scene(telegram, bot, telegram.person(1003, first_name="Мария"), tally=clicker.tally())
    async with serve(telegram, extra=routes(scene)) as server, aiohttp.ClientSession() as session:
        yield Page(server.url, session, scene)


@pytest.fixture
async def bot_process(page: Page) -> AsyncIterator[Process]:
    """A program in the bot's place that says Ready and sleeps."""
    program = "import time; print('Ready', flush=True); time.sleep(600)"
    process = page.scene.process = Process([sys.executable, "-c", program], changes=page.telegram.changed)
    yield process
    if process.running:
        await process.kill()


async def test_the_page_and_its_files_are_served(page: Page) -> None:
    """Each with its type, and with rules that let nothing foreign in."""
    for path, kind in {"/": "text/html", "/app.js": "text/javascript", "/style.css": "text/css"}.items():
        async with page.session.get(page.url + path) as response:
            assert (response.status, response.content_type) == (200, kind)
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")


async def test_events_tell_everything_once_and_then_what_changes(page: Page) -> None:
    """The first event is whole; a message brings itself, its deletion only its key."""
    state = await page.see()
    assert state["chat/1001"]["name"] == "Анна"
    assert state["network"] == {"cut": False, "faults": [], "limit": None}
    await page.post("/people/1001/send", text="/start")
    message = (await page.see())["message/1001/1"]
    assert (message["text"], message["mine"], message["waits"]) == ("/start", True, True)
    await page.post("/people/1001/delete", message_id=1)
    await page.see()
    assert page.events[1]["set"].keys() == {"message/1001/1"}
    assert page.events[2] == {"whole": False, "set": {}, "gone": ["message/1001/1"]}


async def test_a_message_waits_until_the_bot_has_confirmed_it(page: Page) -> None:
    """The second tick comes with the offset, not with the first reading."""
    page.anna.send("hello")
    [update] = await page.bot("getUpdates")
    assert page.scene.view()["message/1001/1"]["waits"]
    await page.bot("getUpdates", offset=update["update_id"] + 1, limit=1)
    assert not page.scene.view()["message/1001/1"]["waits"]


async def test_taps_are_counted_where_the_button_is_shown(page: Page) -> None:
    """Sent, counted by the bot and stored in the pinned document are three numbers."""
    assert (await page.post("/people/1001/tap", text="Клик"))[0] == 409
    await page.post("/people/1001/send", text="Клик")
    await page.bot("sendMessage", chat_id=1001, text="Приветствую Анна", reply_markup=KEYBOARD)
    await page.post("/people/1001/tap", text="Клик")
    await page.post("/people/1001/send", text="Клик")
    await page.bot("sendMessage", chat_id=1001, text="Кликов: 1 🏆")
    page.maria.send("admin")
    document = await page.bot("sendDocument", chat_id="1003", document=io.BytesIO(orjson.dumps(DOCUMENT)))
    page.maria.pin(document["message_id"])
    chat = page.scene.view()["chat/1001"]
    assert (chat["sent"], chat["counted"], chat["stored"]) == (2, 1, 2)


@pytest.mark.parametrize("content", [b"not JSON", b"[1]", b'{"tables": {"users": 3}}'])
async def test_a_document_that_is_no_backup_stores_nothing(page: Page, content: bytes) -> None:
    """Anything can be pinned."""
    page.maria.pin(page.maria.send_file("x.json", content)["message_id"])
    assert page.scene.view()["chat/1001"]["stored"] is None


async def test_people_act_through_the_page(page: Page) -> None:
    """Edit, pin, unpin, rename, block, unblock, press and clear, one after the other."""
    page.anna.send("helo")
    buttons = orjson.dumps({"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}).decode()
    asked = (await page.bot("sendMessage", chat_id=1001, text="Да?", reply_markup=buttons))["message_id"]
    actions: dict[str, dict[str, Any]] = {
        "edit": {"message_id": 1, "text": "hello"},
        "pin": {"message_id": 1},
        "press": {"message_id": asked, "text": "Да"},
        "rename": {"name": "Аня"},
        "block": {},
    }
    for action, body in actions.items():
        assert await page.post(f"/people/1001/{action}", **body) == (200, "")
    view = page.scene.view()
    assert view["message/1001/1"]["text"] == "hello"
    assert view[f"message/1001/{asked}"]["buttons"] == [["Да"]]
    assert view[f"message/1001/{asked + 1}"]["pinned"] == 1
    chat = view["chat/1001"]
    assert (chat["name"], chat["blocked"], chat["pinned"]["id"]) == ("Аня", True, 1)
    for action, body in {"unpin": {"message_id": 1}, "unblock": {}, "clear": {}}.items():
        assert await page.post(f"/people/1001/{action}", **body) == (200, "")
    assert not page.anna.messages
    assert not page.anna.chat.blocked


async def test_files_go_up_and_come_down_again(page: Page) -> None:
    """A document as it was sent, always as a download; a photo likewise; a text has no file."""
    octets = {"Content-Type": "application/octet-stream"}
    assert await page.ask("POST", "/people/1001/file?name=a.json", data=b"[1]", headers=octets) == 200
    async with page.session.get(page.url + "/people/1001/files/1") as response:
        assert (await response.read(), response.content_type) == (b"[1]", "application/octet-stream")
        assert response.headers["Content-Disposition"].startswith("attachment")
    photo = b"\x89PNG\r\n\x1a\n" + bytes(24)
    page.anna.photo(photo)
    async with page.session.get(page.url + "/people/1001/files/2") as response:
        assert await response.read() == photo
    page.anna.send("no file")
    assert await page.ask("GET", "/people/1001/files/3") == 404
    forwarded = await page.bot("forwardMessage", chat_id=1001, from_chat_id=1001, message_id=1)
    view = page.scene.view()
    assert view["message/1001/2"]["photo"]
    assert view[f"message/1001/{forwarded['message_id']}"]["forwarded"]


async def test_other_kinds_are_told_by_a_word(page: Page) -> None:
    """Their captions are shown, and the page goes on."""
    page.anna.voice(caption="listen")
    page.anna.location(41.3, 69.2)
    view = page.scene.view()
    assert view["message/1001/1"] | {"kind": "voice", "caption": "listen"} == view["message/1001/1"]
    assert view["message/1001/2"]["kind"] == "location"


async def test_troubles_are_switched_on_and_off(page: Page) -> None:
    """Off switches all of the same method and kind, and no others."""
    fault = {"method": "sendMessage", "kind": "429", "value": 3, "times": None}
    await page.post("/faults", on=True, **fault)
    await page.post("/faults", on=True, method="*", kind="500")
    await page.post("/network", cut=True)
    network = page.scene.view()["network"]
    assert network["cut"]
    assert network["faults"][0] == {"method": "sendMessage", "kind": "429"}
    await page.post("/faults", on=False, **fault)
    await page.post("/network", cut=False)
    network = page.scene.view()["network"]
    assert network == {"cut": False, "faults": [{"method": "*", "kind": "500"}], "limit": None}
    for overall in (300, None, 30):
        await page.post("/limit", overall=overall)
        assert page.scene.view()["network"]["limit"] == overall
    assert (await page.post("/limit", overall=31))[0] == 400


async def test_the_process_is_started_stopped_and_killed(page: Page, bot_process: Process) -> None:
    """Doing what is done already is a complaint of one line."""
    assert await page.post("/process/kill") == (409, "the bot is not running")
    assert (await page.post("/process/start"))[0] == 200
    assert await page.post("/process/start") == (409, "the bot is running already")
    await bot_process.wait_line("Ready")
    assert page.scene.view()["log"] == ["Ready"]
    assert (await page.post("/process/kill"))[0] == 200
    assert page.scene.view()["bot"]["process"]["state"] == "killed"
    await page.post("/process/start")
    await page.post("/process/stop")
    assert page.scene.view()["bot"]["process"]["state"] == "stopped"


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("/people/7/send", {"text": "x"}, (404, "there is no person 7")),
        ("/people/1001/fly", {}, (404, "people can only send, tap, press, edit, delete, pin, unpin, clear")),
        ("/people/1001/send", {}, (400, "text is missing")),
        ("/people/1001/send", {"text": " "}, (400, "text must be a text that is not empty")),
        ("/people/1001/delete", {"message_id": 5}, (409, "Person(1001, 'Анна') sees no message 5")),
        ("/process/start", {}, (404, "there is no such thing to do with the bot here")),
        ("/faults", {"on": True, "method": "*", "kind": "fire"}, (400, "unknown fault 'fire'")),
    ],
)
async def test_a_refusal_is_one_clear_line(page: Page, path: str, body: Any, refusal: tuple[int, str]) -> None:
    """JSON with the reason, also for what nobody ever sends."""
    status, complaint = await page.post(path, **body)
    assert (status, complaint[: len(refusal[1])]) == refusal
    assert "\n" not in complaint


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"headers": {"Origin": "http://evil.example"}}, 403),
        ({"headers": {"Host": "evil.example"}}, 403),
        ({"headers": {"Content-Type": "text/plain"}}, 400),
        ({"headers": {"Content-Type": "application/json"}, "data": b"{"}, 400),
        ({"headers": {"Content-Type": "application/json"}, "data": b"[]"}, 400),
    ],
)
async def test_other_pages_are_refused(page: Page, request_: dict[str, Any], status: int) -> None:
    """A page elsewhere can neither post forms here nor reach us by a name of its own."""
    assert await page.ask("POST", "/people/1001/block", **request_) == status
    assert not page.anna.chat.blocked


async def test_our_own_page_is_let_in(page: Page) -> None:
    """The Origin that a browser sends with the page's own posts."""
    assert await page.ask("POST", "/people/1001/block", json={}, headers={"Origin": page.url}) == 200


async def test_a_name_pointed_at_us_reads_nothing(page: Page) -> None:
    """Neither the events, if a foreign name was made to lead here."""
    assert await page.ask("GET", "/events", headers={"Host": "evil.example"}) == 403
