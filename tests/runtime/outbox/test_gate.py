"""What messages pass on their way out: halts, room for saves, a pace of their own for notices."""

from __future__ import annotations

import asyncio
import sys
import time
from importlib import import_module

from runtime.outbox.caller import Caller, Due
from runtime.outbox.gate import LOOK, UNDER_WAY, Gate
from runtime.outbox.pace import Pace


async def test_a_429_concerns_its_chat_until_another_chat_meets_one() -> None:
    """Then it is the bot as a whole that sends too much, and nothing goes out."""
    gate, now = Gate(Pace(30), 30), asyncio.get_running_loop().time()
    gate.heed(1, 1000)
    gate.heed(1, 1000)
    assert not gate.is_held(now)
    gate.heed(2, 1000)
    assert gate.is_held(now)


async def test_a_429_that_is_over_says_nothing_about_the_next() -> None:
    """Two chats, one long after the other: each waits for itself."""
    gate, begun = Gate(Pace(30), 30), asyncio.get_running_loop().time()
    gate._pace.refused(1, begun - 100, begun - 100)  # noqa: SLF001 - a minute is not waited for
    gate.heed(2, 1000)
    assert not gate.is_held(begun)


async def test_what_is_held_goes_out_when_the_hold_ends() -> None:
    """Whoever asked meanwhile gets his turn."""
    gate, called = Gate(Pace(30), 30), asyncio.Event()
    caller = Caller(gate, lambda *_: True, lambda _: called.set())
    gate.hold(1000)
    caller.queue(0, 1)
    await asyncio.sleep(2 * LOOK)
    assert not called.is_set()
    gate.hold(0)
    await asyncio.wait_for(called.wait(), 10)


async def test_whoever_has_waited_longest_is_called_first() -> None:
    """Also if he comes after others who wait for the pace."""
    called: list[int] = []
    has_called = asyncio.Event()

    def call(due: Due) -> None:
        called.append(due.chat_id)
        has_called.set()

    caller = Caller(Gate(Pace(2), 30), lambda *_: True, call)  # one is on its way at once
    for rank, chat_id in ((1, 10), (5, 50), (3, 30), (2, 20)):
        caller.queue(rank, chat_id)
    assert called == [10]
    for _ in range(3):
        has_called.clear()
        if following := caller.ended(Due(called[-1], is_answer=True)):  # else it is too early
            call(following)
        await asyncio.wait_for(has_called.wait(), 10)
    assert called == [10, 20, 30, 50]


async def test_whoever_has_sent_goes_on_with_the_next() -> None:
    """As many are begun at once as there is room for; then each end is somebody's turn, until nobody waits."""
    begun: list[Due] = []
    is_full = asyncio.Event()

    def begin(due: Due) -> None:
        begun.append(due)
        if len(begun) == UNDER_WAY:
            is_full.set()

    caller = Caller(Gate(Pace(1000), 30), lambda chat_id, _: chat_id % 2 == 0, begin)
    chats = range(UNDER_WAY + 3)
    for chat_id in chats:
        caller.queue(chat_id, chat_id)
    await asyncio.wait_for(is_full.wait(), 10)  # at the pace
    assert begun == [Due(chat_id, is_answer=chat_id % 2 == 0) for chat_id in chats[:UNDER_WAY]]
    await asyncio.sleep(1)
    assert [caller.ended(due) for due in begun[:4]] == [*(Due(c, is_answer=c % 2 == 0) for c in chats[-3:]), None]
    assert len(begun) == UNDER_WAY


async def test_a_chat_that_waits_for_nothing_any_more_is_passed_over() -> None:
    """As what it waited for was dropped."""
    begun: list[Due] = []
    caller = Caller(Gate(Pace(2), 30), lambda chat_id, _: None if chat_id in (20, 30) else True, begun.append)
    for chat_id in (10, 20, 30, 40):
        caller.queue(chat_id, chat_id)
    await asyncio.sleep(1)
    assert caller.ended(begun[0]) == Due(40, is_answer=True)


def test_one_message_a_second_is_left_to_saves() -> None:
    """And a bot that may send one a second still answers."""
    assert [Pace(number).per_second for number in (30, 2, 1)] == [29, 1, 1]


async def test_notices_keep_to_a_pace_of_their_own() -> None:
    """However many answers go out; an album counts for what it holds."""
    gate, now = Gate(Pace(1000), 11), asyncio.get_running_loop().time()
    slots = [gate.slot() - now for _ in range(3)]
    gate.owe(5, is_notice=True)
    gate.owe(5, is_notice=False)
    slots.append(gate.slot() - now)
    assert [round(slot, 1) for slot in slots] == [0.0, 0.1, 0.2, 0.8]


def test_waiting_for_a_turn_costs_nothing() -> None:
    """The processor rests until the next message may go out; on uvloop, whose clock has milliseconds, as well."""

    async def pass_through() -> None:
        left, is_over = 500, asyncio.Event()

        def call(due: Due) -> None:
            nonlocal left
            left -= 1
            asyncio.get_running_loop().call_soon(end, due)
            if not left:
                is_over.set()

        def end(due: Due) -> None:
            if following := caller.ended(due):
                call(following)

        caller = Caller(Gate(Pace(1000), 30), lambda *_: True, call)
        for number in range(left):
            caller.queue(number, number)
        await is_over.wait()

    busy, started = time.process_time(), time.perf_counter()
    (asyncio.run if sys.platform == "win32" else import_module("uvloop").run)(pass_through())
    assert time.process_time() - busy < (time.perf_counter() - started) / 2
