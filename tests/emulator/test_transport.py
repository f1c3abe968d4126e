"""HTTP, tokens and the shapes of errors: BOTAPI section 1."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from emulator.http.server import serve
from emulator.state.telegram import Telegram
from tests.emulator.api import TOKEN

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.people import Person
    from tests.emulator.api import Api

URL = f"/bot{TOKEN}/sendMessage"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
PART = b'--b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n'


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
async def test_only_get_and_post_are_known(api: Api, verb: str) -> None:
    """Any other verb is a 501 with an empty body on a connection that is closed."""
    reply = await api.request(URL, verb)
    assert (reply.status, reply.body, reply.headers["Connection"]) == (501, b"", "close")


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/", 404, "Not Found"),
        ("/robots.txt", 404, "Not Found"),
        ("/bot42:TEST", 404, "Not Found"),
        ("/file/bot42:TEST", 404, "Not Found"),
        ("/bot42:TEST/noSuchMethod", 404, "Not Found: method not found"),
        ("/bot42/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot0:TEST/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot42:" + "T" * 80 + "/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot-42:TEST/getMe", 401, "Unauthorized: invalid token specified"),
        ("/bot99999999999999999999:TEST/getMe", 401, "Unauthorized: invalid token specified"),
        ("/botx:TEST/getMe", 421, "Misdirected Request: unallowed token specified"),
        ("/bot43:TEST/getMe", 401, "Unauthorized"),
        ("/bot43:TEST/noSuchMethod", 401, "Unauthorized"),
        ("/file/bot43:TEST/documents/file_0.json", 401, "Unauthorized"),
    ],
)
async def test_paths_and_tokens(api: Api, path: str, code: int, description: str) -> None:
    """The token is looked at before the method."""
    assert (await api.request(path, "GET")).error == (code, description)


async def test_method_names_ignore_case_and_may_be_a_parameter(api: Api) -> None:
    """getMe, GETME and ?method=getme are the same."""
    for path in ("getMe", "GETME", "getme", "?method=getme"):
        assert (await api.request(f"/bot{TOKEN}/{path}", "GET")).result["username"] == "clicker_bot"
    assert api.telegram.count("getMe") == 4


@pytest.mark.parametrize(
    ("query", "headers", "body", "expected"),
    [
        ("?chat_id=1001&text=query", {}, b"", "query"),
        ("?chat_id=1001&text=query", FORM, b"text=body", "query"),
        ("", FORM, b"chat_id=1001&text=first&text=second", "first"),
        ("", FORM, b"chat_id=1001&text=%D0%9A&x=", "К"),
        ("", JSON, b'{"chat_id": 1001, "text": "json"}', "json"),
        ("", JSON, b'{"chat_id": 1001, "text": 12.50}', "12.5"),
        ("", JSON, b'{"chat_id": 1001, "text": null}', "null"),
        ("?chat_id=1001", MULTIPART, PART % (b"text", b"", b"part") + b"--b--", "part"),
        ("?chat_id=1001", MULTIPART, PART % (b"text", b"", b"1") + PART % (b"text", b"", b"2") + b"--b--", "1"),
    ],
)
async def test_query_first_then_body_and_the_first_wins(
    api: Api, anna: Person, query: str, headers: Any, body: bytes, expected: str
) -> None:
    """urlencoded, JSON and multipart bodies are all read."""
    assert (await api.request(URL + query, data=body, headers=headers)).result["text"] == expected
    assert anna.answers == [expected]


async def test_json_null_is_the_text_null(api: Api, anna: Person) -> None:
    """So a null reply_markup is refused."""
    body = b'{"chat_id": %d, "text": "x", "reply_markup": null}' % anna.id
    assert (await api.request(URL, data=body, headers=JSON)).refusal == "object expected as reply markup"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (JSON, b"{", 400),
        (JSON, b"[1]", 400),
        (FORM, b"text=%FF", 400),
        (FORM, b"text=\xff", 400),
        (FORM, b"text=" + b"x" * (1 << 20), 413),
        ({"Content-Type": "multipart/form-data"}, b"--b--", 400),
        (MULTIPART, b"no part", 400),
        (MULTIPART, PART % (b"text", b"", b"cut"), 400),
        (MULTIPART, b"--b\r\n\r\nnameless\r\n--b--", 400),
        (MULTIPART, PART % (b"text", b"", b"x" * (1 << 20)) + PART % (b"y", b"", b"y") + b"--b--", 413),
    ],
)
async def test_malformed_bodies(api: Api, headers: Any, body: bytes, status: int) -> None:
    """Only a status line, and the connection is closed."""
    reply = await api.request(URL, data=io.BytesIO(body), headers=headers)
    assert (reply.status, reply.body, reply.headers["Connection"]) == (status, b"", "close")


async def test_a_body_of_unknown_type_is_ignored(api: Api) -> None:
    """As if nothing had been sent."""
    reply = await api.request(URL, data=b"text=x", headers={"Content-Type": "text/plain"})
    assert reply.refusal == "message text is empty"


@pytest.mark.parametrize("size", [50_000_001, 68_000_000])
async def test_uploads_over_50_mb_are_refused(api: Api, anna: Person, size: int) -> None:
    """The front server says 413."""
    reply = await api("sendDocument", {"document": ("big", bytes(size))}, chat_id=anna.id)
    assert reply.error == (413, "Request Entity Too Large")


async def test_uploads_of_50_mb_pass(api: Api, anna: Person) -> None:
    """But they can never be read back."""
    message = (await api("sendDocument", {"document": ("big", bytes(50_000_000))}, chat_id=anna.id)).result
    assert await api.no("getFile", file_id=message["document"]["file_id"]) == "file is too big"


async def test_file_names_may_be_quoted_and_have_folders(api: Api, anna: Person) -> None:
    """The base name is kept."""
    body = PART % (b"document", rb'; filename="C:\\dir\\my \"x\".json"', b"{}") + b"--b--"
    reply = await api.request(f"/bot{TOKEN}/sendDocument?chat_id={anna.id}", data=body, headers=MULTIPART)
    assert reply.result["document"]["file_name"] == 'my "x".json'


async def test_file_names_may_be_without_quotes(api: Api, anna: Person) -> None:
    """PyTelegramBotAPI writes them so that letters beyond ASCII pass. Source: tdlib/td, HttpReader.cpp."""
    body = PART % (b"document", "; filename=заметка 1.txt".encode(), b"{}") + b"--b--"
    reply = await api.request(f"/bot{TOKEN}/sendDocument?chat_id={anna.id}", data=io.BytesIO(body), headers=MULTIPART)
    assert reply.result["document"]["file_name"] == "заметка 1.txt"


async def test_a_waiting_request_is_answered_when_the_server_stops(telegram: Telegram) -> None:
    """With 429 and retry_after 5."""
    async with aiohttp.ClientSession() as session:
        async with serve(telegram) as server:
            poll = asyncio.create_task(session.get(f"{server.url}/bot{TOKEN}/getUpdates?timeout=50"))
            await telegram.wait(lambda: telegram.count("getUpdates"))
        async with await poll as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "5")
    assert telegram.closed


async def test_other_routes_come_first(telegram: Telegram) -> None:
    """What the page adds is served beside the API."""

    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async with serve(telegram, extra=[web.get("/", hello)]) as server, aiohttp.ClientSession() as session:
        async with session.get(server.url) as response:
            assert await response.text() == "hello"
        async with session.get(f"{server.url}/bot{TOKEN}/getMe") as response:
            assert response.status == 200


async def test_the_log_names_unknown_parameters(api: Api, anna: Person) -> None:
    """Telegram ignores them; a test should not."""
    await api.ok("sendMessage", chat_id=anna.id, text="x", txet="y", markup="z")
    call = api.telegram.calls[-1]
    assert (call.method, call.status, call.unknown) == ("sendMessage", 200, ("markup", "txet"))
    assert call.params["text"] == "x"
    await api("sendDocument", {"document": ("a.txt", b"abc")}, chat_id=anna.id)
    call = api.telegram.calls[-1]
    assert (call.params["document"], call.unknown) == ("a.txt (3 bytes)", ())


async def test_the_log_counts_also_what_it_no_longer_holds(api: Api, server: Server) -> None:
    """Refused calls included."""
    await api("getMe")
    await api("noSuchMethod")
    assert (api.telegram.count(), api.telegram.count("getme"), api.telegram.count("NOSUCHMETHOD")) == (2, 1, 1)
    assert (api.telegram.calls[-1].status, server.url) == (404, api.url)


@pytest.mark.parametrize("token", ["", "42", "42:", "x:TEST", "042:TEST", ":TEST"])
def test_a_registered_token_has_a_number_and_a_text(telegram: Telegram, token: str) -> None:
    """ValueError otherwise."""
    with pytest.raises(ValueError, match="digits, a colon and some text"):
        telegram.add_bot(token)


def test_without_bots_there_is_nobody_to_talk_to() -> None:
    """LookupError says what to do."""
    with pytest.raises(LookupError, match="add_bot"):
        Telegram().person(1)
