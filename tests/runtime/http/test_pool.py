"""Plain calls: what servers may do to a connection, and what becomes of the call."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
import trustme
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AnyHttpUrl, SecretStr

from runtime.http import pool as pools
from runtime.http.form import File, plain, with_files
from runtime.http.pool import Pool
from runtime.outbox.answer import Say
from runtime.session import new_bot
from runtime.settings import Settings
from tests.runtime.http.scripted import HANG_UP, said, scripted
from tests.stories.launcher import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Heard(Say):
    """An answer of which it is looked at what comes back."""

    __returning__ = Any


SAY = Heard(chat_id=1, text="Кликов: 1 & 2")
YES = b'{"ok":true,"result":{"message_id":7}}'
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NO_LENGTH = b"HTTP/1.1 200 OK\r\n\r\n"


def bot_at(url: str) -> Bot:
    """A bot that speaks to it."""
    return new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=AnyHttpUrl(url)))


@pytest.fixture
async def bots() -> AsyncIterator[list[Bot]]:
    """Those that are closed at the end."""
    made: list[Bot] = []
    yield made
    for bot in made:
        await bot.session.close()


GOOD = {
    "at once": [said(YES)],
    "in two": [said(YES)[:-9], said(YES)[-9:]],
    "cut in the headers": [said(YES)[:7], said(YES)[7:30], said(YES)[30:]],
    "with spaces": [said(b' {"result": {"message_id": 7}, "ok": true}\n')],
    "in chunks": [CHUNKED, b"5\r\n%b\r\n" % YES[:5], b"%x\r\n%b\r\n0\r\n\r\n" % (len(YES) - 5, YES[5:])],
    "after 100 Continue": [b"HTTP/1.1 100 Continue\r\n\r\n" + said(YES)],
    "after 103 Early Hints": [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", said(YES)],
}
LAST = {
    "said to be the last": [said(YES, "Connection: close")],
    "said and done": [said(YES, "Connection: close"), HANG_UP],
    "of HTTP/1.0": [said(YES, version="1.0")],
    "as long as the connection": [NO_LENGTH + YES, HANG_UP],
    "the same in HTTP/1.0": [b"HTTP/1.0 200 OK\r\n\r\n", YES, HANG_UP],
    "with another answer behind it": [said(YES) + said(b"{}")],
    "with half of one behind it": [said(YES) + b"HTTP/1.1 200"],
    "with noise behind it": [said(YES), b"noise"],
    "with a goodbye when nobody asks any more": [said(YES), said(b'{"ok":true,"result":"late"}', status=408)],
}


@pytest.mark.parametrize("pieces", [pytest.param(pieces, id=name) for name, pieces in (GOOD | LAST).items()])
async def test_answers_are_understood(bots: list[Bot], pieces: list[bytes]) -> None:
    """However they come; a connection is used again if it may be, and never if it is not clear what comes next."""
    async with scripted(pieces) as server:
        bots.append(bot_at(server.url))
        for _ in range(3):
            assert await bots[0](SAY) == {"message_id": 7}
            await asyncio.sleep(0.05)  # what comes behind an answer has come
        assert server.connections == (1 if pieces in GOOD.values() else 3)
        number, request = server.requests[0]
        assert request.startswith(f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {server.url[7:]}\r\n".encode())
        assert request.endswith(b"\r\n\r\nchat_id=1&text=%D0%9A%D0%BB%D0%B8%D0%BA%D0%BE%D0%B2%3A+1+%26+2")
        assert {request for _, request in server.requests} == {request}
        assert number == 1


REFUSALS: dict[str, tuple[list[bytes], type[Exception], str]] = {
    "not a word": ([HANG_UP], TelegramNetworkError, "ConnectionResetError"),
    "half a status": ([b"HTTP/1.1 20", HANG_UP], TelegramNetworkError, "ConnectionResetError"),
    "half an answer": ([said(YES)[:-5], HANG_UP], TelegramNetworkError, "ConnectionResetError"),
    "half a chunk": ([CHUNKED + b"ff\r\n" + YES, HANG_UP], TelegramNetworkError, "ConnectionResetError"),
    "half of the last": ([said(YES, "Connection: close")[:-5], HANG_UP], TelegramNetworkError, "ConnectionResetError"),
    "half of the last, after another": (
        [b"HTTP/1.1 100 Continue\r\n\r\n" + said(YES, "Connection: close")[:-5], HANG_UP],
        TelegramNetworkError,
        "ConnectionResetError",
    ),
    "half of the last in chunks": (
        [b"HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\nConnection: close\r\n\r\nff\r\n" + YES, HANG_UP],
        TelegramNetworkError,
        "ConnectionResetError",
    ),
    "no HTTP": ([b"SSH-2.0-OpenSSH_9.2\r\n"], TelegramNetworkError, "Expected HTTP"),
    "two lengths": (
        [said(b"{}", "Content-Length: 3")],
        TelegramNetworkError,
        "Content-Length",
    ),
    "another protocol": (
        [b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
        TelegramNetworkError,
        "another protocol",
    ),
    "a page": ([said(b"<html>welcome</html>")], ClientDecodeError, "decode"),
    "nothing": ([said(b"")], ClientDecodeError, "decode"),
    "no text": ([said(b'\xff{"ok":true}')], ClientDecodeError, "decode"),
    "a redirect": ([said(b"", "Location: /", status=302)], ClientDecodeError, "decode"),
    "a gateway's page": ([said(b"<html>", status=502)], ClientDecodeError, "decode"),
    "no": ([said(b'{"ok":false,"description":"Bad Request: x"}', status=400)], TelegramBadRequest, "x"),
    "blocked": ([said(b'{"ok":false,"description":"gone"}', status=403)], TelegramForbiddenError, "gone"),
    "later": (
        [said(b'{"ok":false,"description":"x","parameters":{"retry_after":7}}', status=429)],
        TelegramRetryAfter,
        "7",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_failures_are_told(bots: list[Bot], name: str) -> None:
    """As aiogram tells them, with no token in the words; the call after it gets through."""
    pieces, kind, words = REFUSALS[name]
    async with scripted(pieces, [said(YES)]) as server:
        bots.append(bot_at(server.url))
        with pytest.raises(kind, match=words) as failure:
            await bots[0](SAY)
        assert failure.type is kind
        assert TOKEN not in str(failure.value)
        assert await bots[0](SAY) == {"message_id": 7}


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://nowhere.invalid"])
async def test_who_is_not_there(bots: list[Bot], address: str) -> None:
    """Neither a server nor a name."""
    bots.append(bot_at(address))
    with pytest.raises(TelegramNetworkError):
        await bots[0](SAY)


@pytest.mark.parametrize("pieces", [[], [b"HTTP/1.1 200 OK\r\n"], [said(YES)[:-1]], [b"HTTP/1.1 100 Continue\r\n\r\n"]])
async def test_silence_ends(bots: list[Bot], pieces: list[bytes]) -> None:
    """A server that does not go on is waited for as long as a call may take; its connection is not used again."""
    async with scripted(pieces, [said(YES)]) as server:
        bots.append(bot_at(server.url))
        with pytest.raises(TelegramNetworkError, match="Request timeout"):
            await bots[0](SAY, request_timeout=1)
        assert await bots[0](SAY) == {"message_id": 7}
        assert [number for number, _ in server.requests] == [1, 2]


async def test_a_call_that_is_broken_off(bots: list[Bot]) -> None:
    """Its answer is not taken for that of the next call."""
    async with scripted([said(b'{"ok":true,"result":"late"}')], [said(YES)]) as server:
        bots.append(bot_at(server.url))
        call = asyncio.ensure_future(bots[0](SAY))
        await server.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await bots[0](SAY) == {"message_id": 7}
        assert [number for number, _ in server.requests] == [1, 2]


async def test_what_the_server_has_closed_is_not_used(bots: list[Bot]) -> None:
    """It closes a connection that rests."""
    async with scripted([said(YES), HANG_UP]) as server:
        bots.append(bot_at(server.url))
        for _ in range(3):
            server.hung_up.clear()
            assert await bots[0](SAY) == {"message_id": 7}
            await server.hung_up.wait()
            await asyncio.sleep(0.05)  # the bot has heard of it
        assert [number for number, _ in server.requests] == [1, 2, 3]


async def test_what_has_rested_for_long_is_not_used(bots: list[Bot], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may be about to close it."""
    async with scripted([said(YES)]) as server:
        bots.append(bot_at(server.url))
        await bots[0](SAY)
        monkeypatch.setattr(pools, "KEPT", 0.0)
        await asyncio.sleep(0.01)
        await bots[0](SAY)
        assert [number for number, _ in server.requests] == [1, 2]


async def test_many_at_once(bots: list[Bot]) -> None:
    """There are as many connections as are needed, and no more than a hundred."""
    async with scripted([said(YES)[:9], said(YES)[9:]]) as server:
        bots.append(bot_at(server.url))
        assert await asyncio.gather(*(bots[0](SAY) for _ in range(300))) == [{"message_id": 7}] * 300
        assert server.connections == pools.MOST


async def test_one_that_is_closed_makes_room_for_another(bots: list[Bot], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait, and whatever becomes of those before."""
    monkeypatch.setattr(pools, "MOST", 2)
    last = "Connection: close"
    refused = said(b'{"ok":false,"description":"no"}', last, status=400)
    async with scripted([said(YES, last)], [refused], [b"noise"], [HANG_UP], [said(YES)]) as server:
        bots.append(bot_at(server.url))
        told = await asyncio.wait_for(asyncio.gather(*(bots[0](SAY) for _ in range(12)), return_exceptions=True), 5)
        assert [type(one) for one in told].count(dict) == 12 - 3
        assert {type(one) for one in told} == {dict, TelegramBadRequest, TelegramNetworkError}
        assert server.connections == 6


async def test_a_session_that_was_closed_opens_others(bots: list[Bot], monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are closed are not counted any more, so there is room for as many again."""
    monkeypatch.setattr(pools, "MOST", 2)
    async with scripted([said(YES)]) as server:
        bots.append(bot_at(server.url))
        for _ in range(3):
            both = asyncio.gather(*(bots[0](SAY, request_timeout=2) for _ in range(2)))
            assert await both == [{"message_id": 7}] * 2
            await bots[0].session.close()


async def test_what_is_let_go_goes_to_who_waits(bots: list[Bot], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a connection of his own when another one gets free, and who came first has it first."""
    told = [[said(b'{"ok":true,"result":%d}' % number)] for number in range(5)]
    async with scripted(*told, [said(YES)]) as server:
        bots.append(bot_at(server.url))
        first = asyncio.ensure_future(bots[0](SAY))
        await server.asked.wait()
        monkeypatch.setattr(pools, "start_connection", lambda *_, **__: asyncio.Event().wait())
        assert await asyncio.gather(first, *(bots[0](SAY) for _ in range(4))) == [0, 1, 2, 3, 4]
        assert server.connections == 1


async def test_tls(bots: list[Bot]) -> None:
    """The server has to be whom it says it is."""
    authority, server_side = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    async with scripted([said(YES)], context=server_side) as server:
        stranger = bot_at(server.url)
        bots.append(stranger)
        with pytest.raises(TelegramNetworkError, match="CERTIFICATE_VERIFY_FAILED"):
            await stranger(SAY)
        context = ssl.create_default_context()
        authority.configure_trust(context)
        pool = Pool(server.url, lambda: context)
        for _ in range(2):
            assert await pool.post(f"{server.url}/x", plain({"a": "b"}), 10) == (200, YES)
        await pool.close()
        assert {number for number, _ in server.requests} == {server.connections}


LARGE = [bytes([number]) * 65_536 for number in range(100)]
"""6.5 MB, more than a connection takes at once."""


@pytest.mark.parametrize("tls", [False, True])
async def test_a_large_file_arrives(tls: bool) -> None:
    """In order, at the server's pace, and over the connection of the calls before; others have their turn meanwhile."""
    authority, server_side = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    context = ssl.create_default_context()
    authority.configure_trust(context)
    async with scripted([said(YES)], context=server_side if tls else None) as server:
        pool, form = Pool(server.url, lambda: context), with_files({"a": "b"}, {"f": File("f.bin", LARGE)})
        turns = 0

        async def take_turns() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        await pool.post(f"{server.url}/x", plain({}), 10)
        others = asyncio.ensure_future(take_turns())
        assert await pool.post(f"{server.url}/x", form, 30) == (200, YES)
        others.cancel()
        await pool.close()
        assert server.requests[1][1].endswith(b"\r\n\r\n" + b"".join(form.pieces))
        assert server.connections == 1
        assert turns >= len(LARGE)


async def test_a_refusal_before_all_was_heard() -> None:
    """It is told at once; the connection, over which the rest of the file would have to come, is not used again."""
    async with scripted([said(b"too large", status=413)], [said(YES)]) as server:
        server.impatient = True
        pool, form = Pool(server.url, ssl.create_default_context), with_files({}, {"f": File("f.bin", LARGE * 20)})
        assert await pool.post(f"{server.url}/x", form, 10) == (413, b"too large")
        server.impatient = False
        assert await pool.post(f"{server.url}/x", plain({}), 10) == (200, YES)
        await pool.close()
        assert server.connections == 2


@pytest.mark.parametrize("breaks", ["hangs up", "falls silent"])
async def test_a_file_that_gets_stuck(breaks: str) -> None:
    """The server stops to listen in the middle."""
    async with scripted([HANG_UP if breaks == "hangs up" else 3.0], [said(YES)]) as server:
        server.impatient = True
        pool, form = Pool(server.url, ssl.create_default_context), with_files({}, {"f": File("f.bin", LARGE * 20)})
        with pytest.raises(TimeoutError if breaks == "falls silent" else ConnectionError):
            await pool.post(f"{server.url}/x", form, 1)
        server.impatient = False
        assert await pool.post(f"{server.url}/x", plain({}), 10) == (200, YES)
        await pool.close()


async def test_a_download_takes_its_time() -> None:
    """Longer than it may be silent, if only something comes."""
    content = b"".join(LARGE)
    whole = said(content)
    pieces = [whole[start : start + len(whole) // 9] for start in range(0, len(whole), len(whole) // 9)]
    async with scripted([piece for one in pieces for piece in (one, 0.1)], [whole[:99]]) as server:
        pool = Pool(server.url, ssl.create_default_context)
        assert await pool.get(f"{server.url}/file/x", 10, 0.5) == (200, content)
        assert server.requests[0][1].startswith(b"GET /file/x HTTP/1.1\r\nHost: localhost:")
        with pytest.raises(TimeoutError):
            await pool.get(f"{server.url}/file/x", 10, 0.2)
        await pool.close()


@pytest.mark.parametrize("headers", [(), ("Connection: close",)])
async def test_half_a_download(headers: tuple[str, ...]) -> None:
    """It is lost, and is no file."""
    async with scripted([said(LARGE[0], *headers)[:-1], HANG_UP], [NO_LENGTH + LARGE[0], HANG_UP]) as server:
        pool = Pool(server.url, ssl.create_default_context)
        with pytest.raises(ConnectionError):
            await pool.get(f"{server.url}/file/x", 10, 1)
        assert await pool.get(f"{server.url}/file/x", 10, 1) == (200, LARGE[0])
        await pool.close()


async def test_the_address_that_answers_is_found(bots: list[Bot], monkeypatch: pytest.MonkeyPatch) -> None:
    """One of a name's addresses is dead; a name is looked up again when none of them answers."""
    async with scripted([said(YES)]) as server:
        port = int(server.url.rpartition(":")[2])
        alive = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        dead = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))
        answers: list[list[Any]] = [[dead], [dead, alive]]
        asked: list[str] = []

        async def look_up(host: str, *_: object, **__: object) -> list[Any]:
            asked.append(host)
            return answers.pop(0)

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
        bots.append(bot_at("http://api.example"))
        with pytest.raises(TelegramNetworkError, match="ConnectionRefusedError"):
            await bots[0](SAY)
        for _ in range(2):
            assert await bots[0](SAY) == {"message_id": 7}
        assert asked == ["api.example"] * 2


async def test_an_address_that_is_silent_is_looked_up_again(bots: list[Bot], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may have got another address meanwhile."""
    async with scripted([said(YES)]) as server:
        bots.append(bot_at(server.url))
        monkeypatch.setattr(pools, "start_connection", lambda *_, **__: asyncio.Event().wait())
        with pytest.raises(TelegramNetworkError, match="Request timeout"):
            await bots[0](SAY, request_timeout=1)
        monkeypatch.undo()
        look_up = Mock(wraps=asyncio.get_running_loop().getaddrinfo)
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
        assert await bots[0](SAY) == {"message_id": 7}
        assert look_up.call_count == 1


async def test_a_server_that_wants_a_name(bots: list[Bot]) -> None:
    """User and password of BOT_API_URL are sent as ever."""
    async with scripted([said(YES)]) as server:
        bots.append(bot_at(server.url.replace("//", "//me:word@")))
        assert await bots[0](SAY) == {"message_id": 7}
        assert b"\r\nAuthorization: Basic bWU6d29yZA==\r\n" in server.requests[0][1]
        assert b"@" not in server.requests[0][1]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(200, 599), st.binary(max_size=300)), min_size=1, max_size=6),
    st.lists(st.integers(7, 90), min_size=1),
)
def test_any_answers_in_any_pieces(answers: list[tuple[int, bytes]], sizes: list[int]) -> None:
    """What was said is what is understood, in the order of the calls, by one connection."""

    async def go() -> None:
        script = []
        for status, content in answers:
            whole = said(content, status=status)
            if status in {204, 304}:
                whole = b"HTTP/1.1 %d -\r\n\r\n" % status  # these have no body, whatever is said of it
            pieces, size = [], sizes * len(whole)
            while whole:
                pieces.append(whole[: size[0]])
                whole, size = whole[size[0] :], size[1:]
            script.append(pieces)
        async with scripted(*script, []) as server:
            pool = Pool(server.url, ssl.create_default_context)
            for status, content in answers:
                expected = (status, b"" if status in {204, 304} else content)
                assert await pool.post(f"{server.url}/x", plain({}), 10) == expected
            await pool.close()
            assert server.connections == 1

    asyncio.run(go())
