"""Faults that are switched on, and the cut network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.emulator.api import TOKEN

if TYPE_CHECKING:
    from emulator.state.faults import Kind
    from emulator.state.people import Person
    from tests.emulator.api import Api

LOST = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
CALL: dict[str, Any] = {"chat_id": 1001, "text": "x"}


@pytest.mark.parametrize(
    ("kind", "value", "status", "description"),
    [
        ("429", 7, 429, "Too Many Requests: retry after 7"),
        ("429", None, 429, "Too Many Requests: retry after 1"),
        ("500", None, 500, "Internal Server Error"),
        ("error", (400, "Bad Request: chat not found"), 400, "Bad Request: chat not found"),
    ],
)
async def test_refusals(api: Api, anna: Person, kind: Kind, value: Any, status: int, description: str) -> None:
    """Without effect, once."""
    api.telegram.faults.add("sendMessage", kind, value=value)
    assert (await api("sendMessage", **CALL)).error == (status, description)
    assert api.telegram.calls[-1].status == status
    assert anna.answers == []
    await api.ok("sendMessage", **CALL)


async def test_one_chat_suffers_alone(api: Api, anna: Person) -> None:
    """Whether something goes there or is taken from there; others are served."""
    boris = api.telegram.person(1002)
    boris.send("/start")
    fault = api.telegram.faults.add("*", "500", times=None, chat=boris.id)
    await api.ok("sendMessage", **CALL)
    assert (await api("sendMessage", chat_id=1002, text="x")).error == (500, "Internal Server Error")
    copied = {"chat_id": 1001, "from_chat_id": 1002, "message_id": boris.messages[0]["message_id"]}
    assert (await api("copyMessage", **copied)).error == (500, "Internal Server Error")
    assert (fault.hits, anna.answers) == (2, ["x"])


async def test_a_429_has_its_header_and_parameter(api: Api, anna: Person) -> None:
    """As an organic one has."""
    api.telegram.faults.add("*", "429", value=9)
    reply = await api("sendMessage", **CALL)
    assert (reply.headers["Retry-After"], reply.json["parameters"]) == ("9", {"retry_after": 9})
    assert anna.answers == []


async def test_the_front_server_answers_html(api: Api, anna: Person) -> None:
    """With 502."""
    api.telegram.faults.add("sendMessage", "502")
    reply = await api("sendMessage", **CALL)
    assert (reply.status, reply.headers["Content-Type"]) == (502, "text/html")
    assert b"<html>" in reply.body
    assert (anna.answers, api.telegram.calls[-1].status) == ([], 502)


@pytest.mark.parametrize(("kind", "answers"), [("reset_before", []), ("reset_after", ["x"])])
async def test_resets(api: Api, anna: Person, kind: Kind, answers: list[str]) -> None:
    """The connection is lost before or after the effect; a refused call is lost alike."""
    api.telegram.faults.add("sendMessage", kind, times=2)
    with pytest.raises(LOST):
        await api("sendMessage", **CALL)
    assert (anna.answers, api.telegram.calls[-1].status) == (answers, 0)
    with pytest.raises(LOST):
        await api("sendMessage", chat_id=1001)


@pytest.mark.parametrize(("kind", "answers"), [("no_answer", []), ("timeout_after", ["x"])])
async def test_calls_that_are_never_answered(api: Api, anna: Person, kind: Kind, answers: list[str]) -> None:
    """Until the network is cut."""
    api.telegram.faults.add("sendMessage", kind)
    call = await api.begun("sendMessage", **CALL)
    await api("getMe")
    assert not call.done()
    assert anna.answers == answers
    api.telegram.cut = True
    with pytest.raises(LOST):
        await call


async def test_latency_runs_on_the_clock(api: Api, anna: Person) -> None:
    """And adds to another fault."""
    api.telegram.faults.add("sendMessage", "500")
    api.telegram.faults.add("sendMessage", "latency", times=2, value=5)
    for status in (500, 200):
        call = await api.begun("sendMessage", **CALL)
        api.telegram.clock.advance(4.9)
        await api("getMe")
        assert not call.done()
        api.telegram.clock.advance(0.2)
        assert (await call).status == status
    assert anna.answers == ["x"]


async def test_faults_are_counted_and_let_calls_through(api: Api, anna: Person) -> None:
    """`after` calls pass, then `times` suffer; None is for ever, until it is removed."""
    faults = api.telegram.faults
    faults.add("SENDMESSAGE", "500", after=2, times=2)
    assert [(await api("sendMessage", **CALL)).status for _ in range(5)] == [200, 200, 500, 500, 200]
    forever = faults.add("sendMessage", "500", times=None)
    other = faults.add("getChat", "500", times=None)
    assert [(await api("sendMessage", **CALL)).status for _ in range(3)] == [500] * 3
    assert (forever.hits, other.hits) == (3, 0)
    faults.remove(forever)
    faults.remove(forever)
    assert (await api("sendMessage", **CALL)).status == 200
    faults.clear()
    assert faults.active == []
    assert len(anna.answers) == 4


async def test_one_call_suffers_one_fault(api: Api, anna: Person) -> None:
    """The oldest first; the other one waits for the next call."""
    api.telegram.faults.add("*", "500")
    api.telegram.faults.add("*", "502")
    assert [(await api("sendMessage", **CALL)).status for _ in range(3)] == [500, 502, 200]
    assert anna.answers == ["x"]


def test_an_unknown_kind_is_loud(api: Api) -> None:
    """ValueError names those that there are."""
    with pytest.raises(ValueError, match="unknown fault 'fire', known are latency"):
        api.telegram.faults.add("*", "fire")  # type: ignore[arg-type]


async def test_a_cut_network(api: Api, anna: Person) -> None:
    """Calls, polls and downloads are reset; after it everything is there as before."""
    await api.updates(offset=-1)
    poll = await api.polling(offset=api.telegram.queue_of()[0]["update_id"] + 1, timeout=50)
    api.telegram.cut = True
    with pytest.raises(LOST):
        await poll
    for path in (f"/bot{TOKEN}/getMe", f"/file/bot{TOKEN}/x"):
        with pytest.raises(LOST):
            await api.request(path, "GET")
    anna.send("while cut")
    assert api.telegram.cut
    api.telegram.cut = False
    assert (await api.updates())[-1]["message"]["text"] == "while cut"


async def test_an_update_that_comes_with_the_cut_is_not_delivered(api: Api, anna: Person) -> None:
    """The waiting poll is reset although there is something to return now."""
    await api.updates(offset=-1)
    poll = await api.polling(offset=api.telegram.queue_of()[0]["update_id"] + 1, timeout=50)
    api.telegram.cut = True
    anna.send("too late")
    with pytest.raises(LOST):
        await poll
    assert len(api.telegram.queue_of()) == 1


@pytest.fixture
async def link(api: Api, anna: Person) -> str:
    """The path of an open link to 1000 bytes."""
    file_id = (await api.document(b"x" * 1000))["document"]["file_id"]
    assert anna.messages
    return f"/file/bot{TOKEN}/" + str((await api.ok("getFile", file_id=file_id))["file_path"])


async def test_truncated_downloads(api: Api, link: str) -> None:
    """Half of the promised bytes come."""
    api.telegram.faults.add("download", "truncate")
    with pytest.raises(aiohttp.ClientPayloadError):
        await api.request(link, "GET")
    assert len((await api.request(link, "GET")).body) == 1000


async def test_damaged_downloads(api: Api, link: str) -> None:
    """One byte differs, or all of them."""
    api.telegram.faults.add("download", "damage")
    api.telegram.faults.add("*", "damage", value=b"<html>")
    await api.ok("getMe")
    damaged = (await api.request(link, "GET")).body
    assert (len(damaged), damaged.count(b"x")) == (1000, 999)
    assert (await api.request(link, "GET")).body == b"<html>"
    assert (await api.request(link, "GET")).body == b"x" * 1000


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("502", 502)])
async def test_refused_downloads(api: Api, link: str, kind: Kind, status: int) -> None:
    """As calls are."""
    api.telegram.faults.add("download", kind)
    assert (await api.request(link, "GET")).status == status
    assert (api.telegram.calls[-1].method, api.telegram.calls[-1].status) == ("download", status)


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
async def test_reset_downloads(api: Api, link: str, kind: Kind) -> None:
    """Nothing comes; twice, because aiohttp itself repeats a GET that was lost on a connection used before."""
    api.telegram.faults.add("download", kind, times=2)
    with pytest.raises(LOST):
        await api.request(link, "GET")


@pytest.mark.parametrize("kind", ["no_answer", "timeout_after"])
async def test_downloads_that_are_never_answered(api: Api, link: str, kind: Kind) -> None:
    """Until the network is cut."""
    api.telegram.faults.add("download", kind, times=2)
    call = await api.reached("download", api.request(link, "GET"))
    await api("getMe")
    assert not call.done()
    api.telegram.cut = True
    with pytest.raises(LOST):
        await call


async def test_slow_downloads(api: Api, link: str) -> None:
    """On the clock."""
    api.telegram.faults.add("download", "latency", value=5)
    call = await api.reached("download", api.request(link, "GET"))
    api.telegram.clock.advance(5)
    assert len((await call).body) == 1000
