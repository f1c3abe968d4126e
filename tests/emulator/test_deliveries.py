"""Updates on their way to a webhook: in which order, how many at once, when again, and what an answer does."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
import pytest
from aiohttp import web

from emulator.http.server import serve
from emulator.state.limits import Limits
from tests.emulator.hooked import Hooked, hooked, served

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

SILENCE = "Read timeout expired"
RESET = "Connection reset by peer"


def crowd(telegram: Telegram, count: int) -> list[Person]:
    """People who have said nothing yet."""
    return [telegram.person(2000 + number) for number in range(count)]


async def pause(api: Api, seconds: float, deliveries: int) -> None:
    """So long nothing is delivered, and then one."""
    for part, so_far in ((seconds - 0.1, deliveries), (0.1, deliveries + 1)):
        api.telegram.clock.advance(part)
        await api("getMe")
        await reached(api, so_far)


async def reached(api: Api, deliveries: int) -> None:
    """So many were begun, and no more."""
    await api.telegram.wait(lambda: len(api.telegram.deliveries()) >= deliveries)
    assert len(api.telegram.deliveries()) == deliveries


async def test_a_request_is_the_servers(api: Api, anna: Person) -> None:
    """An update in JSON with the secret; nothing that says who asks."""
    async with hooked(api, secret_token="a-B_9") as hook:
        await hook.got("/start")
        anna.send("привет")
        await hook.got("/start", "привет")
        headers = {name: value for name, value in hook.headers[0].items() if name not in {"Host", "Content-Length"}}
        assert headers == {
            "Content-Type": "application/json",
            "Connection": "keep-alive",
            "Accept-Encoding": "gzip, deflate",
            "X-Telegram-Bot-Api-Secret-Token": "a-B_9",
        }
        assert hook.updates[1]["update_id"] == hook.updates[0]["update_id"] + 1
        await hook.idle()
        assert api.telegram.queue_of() == []
        assert api.telegram.forgotten() == [update["update_id"] for update in hook.updates]


async def test_a_user_in_the_address(api: Api, anna: Person) -> None:
    """Becomes Basic authorization; the query stays."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
        api.telegram.clock.advance(1)
        await api.ok("setWebhook", url=hook.url.replace("http://", "http://me:word@") + "?a=b")
        anna.send("x")
        await hook.got("/start", "x")
        assert hook.headers[1]["Authorization"] == f"Basic {b64encode(b'me:word').decode()}"


async def test_a_chat_waits_for_its_answer_and_others_do_not(api: Api, anna: Person) -> None:
    """The next message only after 2xx; a press of the same person goes at once, and so does another chat."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
        button = {"inline_keyboard": [[{"text": "Go", "callback_data": "press"}]]}
        await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=button)
        hook.hold.clear()
        anna.send("one")
        await hook.got("/start", "one")
        anna.send("two")
        anna.press("Go")
        await hook.got("/start", "one", "press")
        anna.press("Go")
        crowd(api.telegram, 1)[0].send("other")
        await hook.got("/start", "one", "press", "other")
        await api("getMe")
        assert (len(hook.updates), hook.working) == (4, 3)
        hook.hold.set()
        await api.telegram.wait(lambda: len(hook.updates) == 6)
        assert sorted(hook.texts[4:]) == ["press", "two"]


@pytest.mark.parametrize("most", [1, 3])
async def test_connections(api: Api, most: int) -> None:
    """One until the first success, then as many as were asked for and no more."""
    async with hooked(api, max_connections=most) as hook:
        hook.hold.clear()
        people = crowd(api.telegram, 8)
        for person in people:
            person.send("x")
        await hook.got("x")
        await api("getMe")
        assert hook.working == 1
        hook.hold.set()
        await hook.got(*["x"] * 8)
        await hook.idle()
        hook.hold.clear()
        for person in people:
            person.send("y")
        await api.telegram.wait(lambda: hook.working == most)
        await api("getMe")
        hook.hold.set()
        await hook.got(*["x"] * 8, *["y"] * 8)
        assert hook.most == most


async def test_stuck_chats_block_others(api: Api) -> None:
    """At most 2 × max_connections chats are loaded: while all of them fail, nobody else's turn comes."""
    async with hooked(api, max_connections=1) as hook:
        hook.answers.extend(web.Response(status=500) for _ in range(4))
        for person in crowd(api.telegram, 3):
            person.send(str(person.id))
        await hook.got("2000", "2000", "2001", "2001")
        await hook.idle()
        api.telegram.clock.advance(1.9)
        await api("getMe")
        assert len(hook.updates) == 4
        api.telegram.clock.advance(0.1)
        await hook.got("2000", "2000", "2001", "2001", "2000", "2001", "2002")


async def test_repetitions(api: Api, anna: Person) -> None:
    """The first at once, then after 2, 4, 8 … s, at last after 60 to 120 s; a success ends it."""
    async with hooked(api) as hook:
        hook.answers.extend(web.Response(status=500) for _ in range(9))
        anna.send("next")
        await hook.got("/start", "/start")
        await hook.idle()
        for number, seconds in enumerate([2, 4, 8, 16, 32]):
            await pause(api, seconds, number + 2)
            await hook.idle()
        for number in range(3):
            await pause_of(api, 60, 120, number + 7)
        await hook.got(*["/start"] * 10, "next")
        await hook.idle()
        assert [delivery.attempt for delivery in api.telegram.deliveries()] == [*range(1, 11), 1]
        assert (await api.ok("getWebhookInfo"))["last_error_message"].endswith("500 Internal Server Error")


async def pause_of(api: Api, least: int, most: int, deliveries: int) -> None:
    """The pause is no shorter and no longer."""
    api.telegram.clock.advance(least - 0.1)
    await api("getMe")
    assert len(api.telegram.deliveries()) == deliveries
    api.telegram.clock.advance(most - least + 0.1)
    await api.telegram.wait(lambda: len(api.telegram.deliveries()) > deliveries)
    await api.telegram.wait(lambda: api.telegram.deliveries()[deliveries].done)


@pytest.mark.parametrize(("told", "seconds"), [("7", 7), ("5000", 3600), ("1", 1)])
async def test_retry_after_is_obeyed(api: Api, anna: Person, told: str, seconds: int) -> None:
    """Up to an hour; and it does not lengthen the pauses after it."""
    async with hooked(api) as hook:
        hook.answers.extend(web.Response(status=503, headers={"Retry-After": told}) for _ in range(3))
        hook.answers.append(web.Response(status=503))
        assert anna.id == 1001
        for number in range(3):
            await hook.got(*["/start"] * (number + 1))
            await hook.idle()
            await pause(api, seconds, number + 1)
        await hook.got(*["/start"] * 4)
        await hook.idle()
        await pause(api, 2, 4)


@pytest.mark.parametrize("told", ["0", "-3", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_other_retry_afters_are_none(api: Api, anna: Person, told: str) -> None:
    """The first repetition comes at once."""
    async with hooked(api) as hook:
        hook.answers.append(web.Response(status=503, headers={"Retry-After": told}))
        await hook.got(*[anna.messages[0]["text"]] * 2)


@pytest.mark.parametrize(
    ("answer", "times", "error"),
    [
        (web.Response(status=500), 2, "Wrong response from the webhook: 500 Internal Server Error"),
        (web.Response(status=404, reason="Nobody"), 2, "Wrong response from the webhook: 404 Nobody"),
        (web.Response(status=302, headers={"Location": "/hook"}), 2, "Wrong response from the webhook: 302 Found"),
        ("close", 1, None),
        (web.Response(headers={"Content-Type": "multipart/form-data"}, body=b"x"), 1, "Bad Request"),
    ],
)
async def test_what_went_wrong_is_told(api: Api, anna: Person, answer: Any, times: int, error: str | None) -> None:
    """In getWebhookInfo, until another webhook is set; a connection that is closed is no error there."""
    async with hooked(api) as hook:
        hook.answers.append(answer)
        await hook.got(*[anna.messages[0]["text"]] * times)
        await hook.idle()
        info = await api.ok("getWebhookInfo")
        assert info.get("last_error_message") == error
        assert info.get("last_error_date") == (int(api.telegram.clock.now()) if error else None)
        api.telegram.clock.advance(2)  # a connection that was lost is opened anew, not more often
        await hook.got(*["/start"] * 2)
        await api.ok("setWebhook", url=hook.url, max_connections=7)
        assert "last_error_message" not in await api.ok("getWebhookInfo")


async def test_nobody_is_there(api: Api, anna: Person) -> None:
    """Neither on the connection that was kept nor, at once, on a new one; then one is tried every 2 s at most."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
    api.telegram.clock.advance(11)
    anna.send("x")
    await api.telegram.wait(lambda: len(api.telegram.deliveries()) == 3)
    await hook.idle()
    assert (await api.ok("getWebhookInfo"))["last_error_message"] in {"Connection refused", RESET}
    await pause(api, 2, 3)


async def test_silence(api: Api, anna: Person) -> None:
    """60 s for an answer; then the connection is given up and the update goes again."""
    async with hooked(api) as hook:
        hook.hold.clear()
        await hook.got("/start")
        api.telegram.clock.advance(59.9)
        await api("getMe")
        assert not api.telegram.deliveries()[0].done
        api.telegram.clock.advance(0.1)
        await hook.got(*[anna.messages[0]["text"]] * 2)
        assert (await api.ok("getWebhookInfo"))["last_error_message"] == SILENCE


async def test_what_is_too_old_is_dropped(api: Api, anna: Person) -> None:
    """A press after 150 s: before a repetition that would come later than that; the next one goes on."""
    async with hooked(api) as hook:
        await hook.got("/start")
        button = {"inline_keyboard": [[{"text": "Go", "callback_data": "press"}]]}
        await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=button)
        hook.answers.extend(web.Response(status=500) for _ in range(8))
        anna.press("Go")
        await api.telegram.wait(lambda: len(api.telegram.deliveries()) == 3)
        await hook.idle()
        for number, seconds in enumerate([2, 4, 8, 16, 32]):
            await pause(api, seconds, 3 + number)
            await hook.idle()
        api.telegram.clock.advance(64)
        await api.telegram.wait(lambda: len(api.telegram.bot().queue) == 0)
        anna.press("Go")
        await api.telegram.wait(lambda: api.telegram.deliveries()[-1].status == 200)
        assert [delivery.attempt for delivery in api.telegram.deliveries()] == [1, *range(1, 9), 1]
        assert len(api.telegram.forgotten()) == 2


@pytest.mark.parametrize(("other", "url"), [(410, ""), (404, "http")])
async def test_gone_for_23_hours(api: Api, anna: Person, other: int, url: str) -> None:
    """410 and nothing else for so long removes the webhook, and updates wait for getUpdates."""
    async with hooked(api) as hook:
        for status in (410, other, 410, 410):
            hook.answers.append(web.Response(status=status, headers={"Retry-After": "3600"}))
        await hook.got("/start")
        await hook.idle()
        for number, seconds in enumerate([3600, 22 * 3600 - 1, 3602]):
            api.telegram.clock.advance(seconds)
            anna.send(f"later {number}")
            await hook.got(*["/start"] * (number + 2))
            await hook.idle()
        assert (await api.ok("getWebhookInfo"))["url"][:4] == url
        assert (await api("getUpdates")).status == (409 if url else 200)


# -- methods in answers


def said(method: str = "sendMessage", **given: Any) -> bytes:
    """A call in JSON."""
    return orjson.dumps({"method": method, **given})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", said(chat_id=1001, text="hello")),
        ("application/json; charset=utf-8", said("SENDMESSAGE", chat_id=1001, text="hello")),
        ("application/x-www-form-urlencoded", b"method=sendMessage&chat_id=1001&text=hello"),
        (
            "multipart/form-data; boundary=b",
            (
                b'--b\r\nContent-Disposition: form-data; name="method"\r\n\r\nsendMessage\r\n'
                b'--b\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1001\r\n'
                b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--b--\r\n'
            ),
        ),
    ],
)
async def test_a_method_in_an_answer(api: Api, anna: Person, kind: str, body: bytes) -> None:
    """Is carried out, in whatever form it comes."""
    async with hooked(api) as hook:
        hook.answers.append(web.Response(body=body, headers={"Content-Type": kind}))
        assert await anna.answer(0) == "hello"
        call = api.telegram.calls[-1]
        assert (call.method, call.status, call.unknown) == ("sendMessage", 200, ())


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "application/json", said("getMe")),
        (200, "application/json", said("deleteWebhook")),
        (200, "application/json", said("setWebhook", url="http://127.0.0.1:1")),
        (200, "application/json", said("logOut")),
        (200, "application/json", said("close")),
        (200, "application/json", b"{broken"),
        (200, "application/json", b"[1]"),
        (200, "text/plain", said(chat_id=1001, text="x")),
        (500, "application/json", said(chat_id=1001, text="x")),
        (204, "application/json", b""),
    ],
)
async def test_what_is_not_carried_out(api: Api, anna: Person, status: int, kind: str, body: bytes) -> None:
    """Methods that only ask or that concern the webhook; what is no method; what is no 2xx. 2xx counts all the same."""
    async with hooked(api) as hook:
        hook.answers.append(web.Response(status=status, body=body, headers={"Content-Type": kind}))
        before = api.telegram.count()
        await hook.got(*["/start"] * (1 if status < 300 else 2))
        await hook.idle()
        assert (api.telegram.count(), anna.answers) == (before, [])


async def test_its_result_is_lost(api: Api, anna: Person) -> None:
    """Whether it was refused, flooded or unknown: nobody is told, and it is not tried again."""
    api.telegram.limits = Limits()
    async with hooked(api) as hook:
        for call in (
            said(chat_id=5, text="x"),
            said("sendNothing", chat_id=1001),
            *[said(chat_id=1001, text=str(number)) for number in range(5)],
        ):
            hook.answers.append(web.Response(body=call, content_type="application/json"))
        for number in range(6):
            anna.send(f"{number}")
        await api.telegram.wait(lambda: len(hook.updates) == 7 and api.telegram.calls[-1].status)
        await hook.idle()
        statuses = [call.status for call in api.telegram.calls if call.method.startswith("send")]
        assert (statuses, anna.answers) == ([400, 404, 200, 200, 200, 429, 429], ["0", "1", "2"])
        assert [delivery.status for delivery in api.telegram.deliveries()] == [200] * 7


# -- modes


async def test_another_webhook_gets_what_was_under_way(api: Api, anna: Person) -> None:
    """What was not answered yet goes out again at once, as a first attempt: both have it then."""
    async with hooked(api) as old:
        old.hold.clear()
        await old.got("/start")
        async with hooked(api) as new:
            await new.got("/start")
            anna.send("x")
            await new.got("/start", "x")
            old.hold.set()
        assert old.texts == ["/start"]


async def test_polling_goes_on_where_the_webhook_stopped(api: Api, anna: Person) -> None:
    """DeleteWebhook gives back what was under way; what was answered does not come again."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
        hook.hold.clear()
        anna.send("x")
        await hook.got("/start", "x")
        assert (await api("getUpdates")).status == 409
        await api.ok("deleteWebhook")
        assert [update["message"]["text"] for update in await api.updates()] == ["x"]
        anna.send("y")
        assert len(hook.updates) == 2


async def test_a_bot_that_has_logged_out_gets_nothing(api: Api, anna: Person) -> None:
    """Its webhook is gone."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
        await api.ok("logOut")
        anna.send("x")
        assert api.telegram.bot().webhook.hook is None
    assert hook.texts == ["/start"]


async def test_a_restarted_server_goes_on(telegram: Telegram, anna: Person) -> None:
    """The webhook is still set, and what was not answered goes out again."""
    telegram.local_webhooks = True
    replica = Hooked(telegram)
    replica.hold.clear()
    async with served(replica), aiohttp.ClientSession() as session:
        async with serve(telegram) as server:
            await session.get(f"{server.url}/bot42:TEST/setWebhook", params={"url": replica.url})
            await replica.got("/start")
        replica.hold.set()
        anna.send("x")
        async with serve(telegram):
            await replica.got("/start", "/start", "x")


# -- faults


@pytest.mark.parametrize(
    ("kind", "seconds", "before", "after", "error"),
    [
        ("reset_before", 0, 0, 1, RESET),
        ("reset_after", 0, 1, 2, RESET),
        ("no_answer", 60, 0, 1, SILENCE),
        ("timeout_after", 60, 1, 2, SILENCE),
        ("502", 0, 0, 1, "Wrong response from the webhook: 502 Bad Gateway"),
        ("429", 1, 0, 1, "Wrong response from the webhook: 429 Too Many Requests"),
        ("twice", 0, 2, 2, None),
    ],
)
async def test_faults(
    api: Api, anna: Person, kind: Any, seconds: float, before: int, after: int, error: str | None
) -> None:
    """Before the work or after it, silence for 60 s, a proxy's answer, the same update twice at once."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
        api.telegram.faults.add("webhook", kind, chat=anna.id)
        anna.send("x")
        if seconds:
            await api.telegram.wait(lambda: len(hook.updates) == 1 + before and len(api.telegram.deliveries()) == 2)
            await (api("getMe") if error == SILENCE else hook.idle())
            api.telegram.clock.advance(seconds)
        await hook.got("/start", *["x"] * after)
        await api.telegram.wait(lambda: api.telegram.queue_of() == [])
        assert len(hook.updates) == 1 + after
        assert (await api.ok("getWebhookInfo")).get("last_error_message") == error


async def test_the_same_update_to_two_replicas_at_once(api: Api, anna: Person) -> None:
    """While neither has answered."""
    other = Hooked(api.telegram)
    async with hooked(api) as hook, served(other):
        await hook.got("/start")
        await hook.idle()
        hook.hold.clear()
        other.hold.clear()
        api.telegram.faults.add("webhook", "twice", value=[hook.url, other.url])
        anna.send("x")
        await hook.got("/start", "x")
        await other.got("x")
        assert (hook.working, other.working) == (1, 1)
        assert hook.updates[1] == other.updates[0]
        hook.hold.set()
        other.hold.set()
        anna.send("y")
        await hook.got("/start", "x", "y")
        assert other.texts == ["x"]


async def test_a_cut_network(api: Api, anna: Person) -> None:
    """What is under way is lost, nothing else comes, and then all of it does."""
    async with hooked(api) as hook:
        await hook.got("/start")
        await hook.idle()
        hook.hold.clear()
        anna.send("x")
        await hook.got("/start", "x")
        api.telegram.cut = True
        await hook.idle()
        hook.hold.set()
        anna.send("y")
        api.telegram.cut = False
        api.telegram.clock.advance(60)
        await hook.got("/start", "x", "x", "y")
