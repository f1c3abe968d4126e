"""getUpdates and the queue: BOTAPI section 2."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.errors import BotApiError
from emulator.state.queue import MAX_UPDATES

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api, Json

CONFLICT = (
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)
WEBHOOK = (
    409,
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
)


def texts(updates: list[Json]) -> list[str]:
    """What the people wrote."""
    return [update["message"]["text"] for update in updates]


@pytest.fixture
def written(anna: Person) -> Person:
    """Anna has written a, b, c after her /start."""
    for text in "abc":
        anna.send(text)
    return anna


@pytest.mark.usefixtures("written")
async def test_updates_stay_until_they_are_confirmed(api: Api) -> None:
    """The same ones come again and again; a higher offset forgets what lies below, for good."""
    first = await api.updates()
    assert texts(first) == ["/start", "a", "b", "c"]
    assert await api.updates(offset=first[0]["update_id"]) == first
    assert texts(await api.updates(offset=first[2]["update_id"])) == ["b", "c"]
    assert texts(await api.updates(offset=first[0]["update_id"])) == ["b", "c"]
    assert await api.updates(offset=first[3]["update_id"] + 1) == []
    assert api.telegram.queue_of() == []
    assert api.telegram.forgotten() == [update["update_id"] for update in first]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(("limit", "count"), [(1, 1), (3, 3), (0, 1), (-5, 1), (100, 4), (1000, 4)])
async def test_the_limit_is_clamped(api: Api, limit: int, count: int) -> None:
    """To 1..100."""
    assert len(await api.updates(limit=limit)) == count


async def test_at_most_a_hundred_at_once(api: Api, anna: Person) -> None:
    """Also by default."""
    for number in range(150):
        anna.send(str(number))
    assert len(await api.updates()) == 100
    assert len(await api.updates(limit=150)) == 100


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(("offset", "left"), [(-1, ["c"]), (-3, ["a", "b", "c"]), (-4, None), (-9, None)])
async def test_a_negative_offset_forgets_all_but_the_last(api: Api, offset: int, left: list[str] | None) -> None:
    """And returns those."""
    left = left or ["/start", "a", "b", "c"]
    assert texts(await api.updates(offset=offset)) == left
    assert texts(await api.updates()) == left


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(("beyond", "left"), [(1, 0), (10, 0), (11, 4), (100_000, 4), (-100_000, 4), (-200_000, 4)])
async def test_an_offset_far_off_confirms_nothing(api: Api, beyond: int, left: int) -> None:
    """More than 10 beyond the end or 100,000 before the head it is ignored; within 10 it confirms all."""
    next_id = (await api.updates())[-1]["update_id"] + 1
    assert len(await api.updates(offset=next_id + beyond)) == left


async def test_an_empty_queue_answers_at_once_without_timeout(api: Api) -> None:
    """Also if it never held anything."""
    assert await api.updates() == []
    assert await api.updates(offset=7) == []


async def test_a_long_poll_waits_for_an_update(api: Api, telegram: Telegram) -> None:
    """And gets everything that comes in the same moment."""
    poll = await api.polling(timeout=50)
    anna = telegram.person(1001)
    anna.send("one")
    anna.send("two")
    assert texts((await poll).result) == ["one", "two"]


@pytest.mark.parametrize(("timeout", "really"), [(10, 10), (50, 50), (500, 50)])
async def test_a_long_poll_ends_empty(api: Api, timeout: int, really: int) -> None:
    """After its timeout, at most 50 s."""
    poll = await api.polling(timeout=timeout)
    api.telegram.clock.advance(really - 0.1)
    await api("getMe")
    assert not poll.done()
    api.telegram.clock.advance(0.2)
    assert (await poll).result == []


async def test_waiting_confirms_what_lies_below(api: Api, anna: Person) -> None:
    """The offset acts although nothing can be returned yet."""
    offset = (await api.updates())[-1]["update_id"] + 1
    poll = await api.polling(offset=offset, timeout=50)
    assert api.telegram.queue_of() == []
    anna.send("next")
    assert [update["update_id"] for update in (await poll).result] == [offset]


async def test_a_waiting_negative_offset_forgets_nothing_new(api: Api, telegram: Telegram) -> None:
    """It acts when it comes, not when it is answered."""
    poll = await api.polling(offset=-1, timeout=50)
    anna = telegram.person(1001)
    anna.send("one")
    anna.send("two")
    assert len((await poll).result) == 2


@pytest.mark.usefixtures("written")
async def test_a_busy_loop_gets_one_update(api: Api) -> None:
    """The same offset within 0.5 s of the previous call has limit 1; another offset has not."""
    assert len(await api.updates(offset=0)) == 4
    api.telegram.clock.advance(0.4)
    assert len(await api.ok("getUpdates", offset=0)) == 1
    head = (await api.ok("getUpdates", offset=-4))[0]["update_id"]
    assert len(await api.ok("getUpdates", offset=head)) == 4
    assert len(await api.ok("getUpdates", offset=0)) == 4
    api.telegram.clock.advance(0.5)
    assert len(await api.ok("getUpdates", offset=0)) == 4


async def test_a_busy_loop_waits_three_seconds(api: Api) -> None:
    """The same offset within 3 s has a timeout of at least 3."""
    await api.updates()
    api.telegram.clock.advance(2.9)
    poll = await api.polling(timeout=1)
    api.telegram.clock.advance(2.9)
    await api("getMe")
    assert not poll.done()
    api.telegram.clock.advance(0.1)
    assert (await poll).result == []
    api.telegram.clock.advance(3)
    assert await api.ok("getUpdates") == []


async def test_the_newer_waiting_poller_survives(api: Api, anna: Person) -> None:
    """The older one gets 409 at once."""
    await api.updates(offset=-1)
    offset = api.telegram.queue_of()[0]["update_id"] + 1
    old = await api.polling(offset=offset, timeout=50)
    new = await api.begun("getUpdates", offset=offset, timeout=50)
    assert (await old).error == CONFLICT
    anna.send("hello")
    assert texts((await new).result) == ["hello"]


async def test_further_conflicts_within_three_seconds_come_late(api: Api) -> None:
    """After one 409 the next ones within 3 s wait 3 s."""
    first = await api.polling(timeout=50)
    second = await api.begun("getUpdates", timeout=50)
    assert (await first).error == CONFLICT
    api.telegram.clock.advance(2)
    third = await api.begun("getUpdates", timeout=50)
    api.telegram.clock.advance(2.9)
    await api("getMe")
    assert not second.done()
    api.telegram.clock.advance(0.2)
    assert (await second).error == CONFLICT
    assert not third.done()
    fourth = await api.begun("getUpdates", timeout=50)
    assert (await third).error == CONFLICT
    fourth.cancel()


async def test_a_poll_that_comes_while_another_is_woken(api: Api, telegram: Telegram) -> None:
    """It is not ended by the other's alarm."""
    anna = telegram.person(1001)
    poller = telegram.bot().poller
    first = poller.poll(0, 100, 50)
    anna.send("hello")
    second = poller.poll(telegram.bot().queue.tail, 100, 50)
    with pytest.raises(BotApiError, match="terminated by other getUpdates"):
        await first
    await api("getMe")
    assert not second.done()
    anna.send("again")
    assert b"again" in await second


async def test_a_poll_that_need_not_wait_ends_nobody(api: Api, anna: Person) -> None:
    """Neither one with timeout 0 nor one with updates to return."""
    next_id = (await api.updates())[0]["update_id"] + 1
    waiting = await api.polling(offset=next_id, timeout=50)
    assert await api.ok("getUpdates", offset=next_id + 1) == []
    assert not waiting.done()
    anna.send("hello")
    assert texts((await waiting).result) == ["hello"]
    assert texts(await api.ok("getUpdates", offset=0, timeout=50)) == ["hello"]


@pytest.mark.parametrize(("age", "count"), [(86_400 - 10, 4), (86_400 + 10, 0)])
async def test_an_update_lives_a_day(api: Api, written: Person, age: float, count: int) -> None:
    """Also if nobody asks in between."""
    assert len(written.messages) == 4
    api.telegram.clock.advance(age)
    assert len(await api.ok("getUpdates")) == count
    assert len(api.telegram.queue_of()) == count


async def test_an_expired_update_is_not_confirmed(api: Api, anna: Person) -> None:
    """It is lost, and `forgotten` does not say otherwise."""
    api.telegram.clock.advance(86_401)
    anna.send("fresh")
    bot = api.telegram.bot()
    bot.queue.read(bot.queue.tail, 1)
    assert len(api.telegram.forgotten()) == 1


async def test_callback_queries_live_150_seconds(api: Api, anna: Person) -> None:
    """Not a day."""
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await api.ok("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)
    anna.press("Go")
    assert "callback_query" in (await api.updates())[-1]
    api.telegram.clock.advance(148)
    assert ["message" in update for update in await api.ok("getUpdates")] == [True]


def test_a_full_queue_drops_what_comes(telegram: Telegram) -> None:
    """At 100,000 updates, silently."""
    queue = telegram.bot().queue
    for number in range(MAX_UPDATES):
        assert queue.push("message", {"number": number}, 10)
    assert queue.push("message", {}, 10) is None
    assert (len(queue), queue.dropped) == (MAX_UPDATES, 1)


def test_one_update_holds_512_kib(telegram: Telegram) -> None:
    """A bigger one is dropped."""
    queue = telegram.bot().queue
    assert queue.push("message", {"text": "x" * (1 << 19)}, 10) is None
    assert queue.push("message", {"text": "x" * (1 << 18)}, 10)


def test_one_answer_holds_about_4_mib(telegram: Telegram) -> None:
    """Then it is cut; and the queue holds 128 MiB."""
    queue = telegram.bot().queue
    for _ in range(300):
        queue.push("message", {"text": "x" * 500_000}, 10)
    assert (len(queue.read(0, 100)), len(queue)) == (9, 268)


async def test_ids_are_sequential_and_start_at_random(api: Api, written: Person) -> None:
    """Also after a week without updates."""
    ids = [update["update_id"] for update in await api.updates()]
    assert ids == list(range(ids[0], ids[0] + 4))
    assert 2_000_001 <= ids[0] <= 1_000_000_000
    api.telegram.clock.advance(8 * 86_400)
    await api.updates()
    written.send("after a quiet week")
    later = (await api.updates())[0]["update_id"]
    assert later not in range(ids[0], ids[0] + 10)


async def test_an_update_is_a_snapshot(api: Api, anna: Person) -> None:
    """What happens later does not change it."""
    message = anna.send("before")
    anna.edit(message["message_id"], "after")
    anna.rename("Аня")
    updates = await api.updates()
    assert updates[1]["message"]["text"] == "before"
    assert updates[2]["edited_message"]["text"] == "after"
    assert updates[2]["edited_message"]["from"]["first_name"] == "Анна"


@pytest.mark.parametrize(
    ("allowed", "kinds"),
    [
        ('["callback_query"]', []),
        ('["MESSAGE"]', ["message"]),
        ('["edited_message", "nonsense"]', ["edited_message"]),
        ("[]", ["message", "edited_message"]),
        ('["nonsense"]', ["message", "edited_message"]),
        ("{bad", ["message", "edited_message"]),
        ("7", ["message", "edited_message"]),
        ("[7]", ["message", "edited_message"]),
    ],
)
async def test_allowed_updates_act_when_an_update_is_made(
    api: Api, anna: Person, allowed: str, kinds: list[str]
) -> None:
    """They are remembered; what was queued before comes nevertheless."""
    assert texts(await api.updates(allowed_updates=allowed)) == ["/start"]
    anna.edit(anna.send("x")["message_id"], "y")
    updates = (await api.updates())[1:]
    assert [next(kind for kind in update if kind != "update_id") for update in updates] == kinds


async def test_a_bot_is_not_told_about_its_own_messages(api: Api, anna: Person) -> None:
    """Nor about its edits, nor about deletions and unpinning."""
    message = await api.ok("sendMessage", chat_id=anna.id, text="x")
    await api.ok("editMessageText", chat_id=anna.id, message_id=message["message_id"], text="y")
    anna.delete(message["message_id"])
    anna.unpin()
    anna.clear_history()
    assert texts(await api.updates()) == ["/start"]


@pytest.mark.parametrize("given", [{"offset": "x"}, {"limit": "1.5"}, {"timeout": "soon"}])
async def test_what_is_no_integer_is_refused(api: Api, given: Any) -> None:
    """Stricter than the real server, which reads 0."""
    assert (await api.no("getUpdates", **given)).endswith("must be an Integer")


async def test_a_webhook_excludes_polling(api: Api, anna: Person) -> None:
    """SetWebhook ends a waiting poll, and later ones are refused until it is deleted."""
    await api.updates(offset=-1)
    poll = await api.polling(offset=api.telegram.queue_of()[0]["update_id"] + 1, timeout=50)
    reply = await api("setWebhook", url="https://example.com/hook")
    assert (reply.result, reply.json["description"]) == (True, "Webhook was set")
    assert (await poll).error == (409, "Conflict: terminated by setWebhook request")
    anna.send("hello")
    late = await api.begun("getUpdates")
    api.telegram.clock.advance(3)
    assert (await late).error == WEBHOOK
    assert (await api("deleteWebhook")).json["description"] == "Webhook was deleted"
    assert texts(await api.updates()) == ["hello"]


async def test_two_bots_have_two_queues(api: Api, telegram: Telegram, anna: Person) -> None:
    """And two chats with the same person, each with its own message ids."""
    other = telegram.add_bot("43:TEST", username="other_bot")
    same = telegram.person(anna.id, bot=other)
    assert same.send("hello")["message_id"] == 1
    assert texts(await api.updates()) == ["/start"]
    assert len(telegram.queue_of(other)) == 1
    assert telegram.people == [anna, same]


async def test_a_poll_whose_client_has_gone_confirms_nothing(api: Api, anna: Person) -> None:
    """Its answer goes nowhere, the updates come again."""
    offset = (await api.updates())[0]["update_id"] + 1
    poll = await api.polling(offset=offset, timeout=50)
    poll.cancel()
    await asyncio.wait({poll})
    anna.send("hello")
    assert texts(await api.updates(offset=offset)) == ["hello"]
