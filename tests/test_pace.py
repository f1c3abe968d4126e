"""Telegram's pace over all chats: a 429 is obeyed, and a backlog is waited for."""

from __future__ import annotations

import asyncio

from clicker.pace import LOOK, Pace


async def test_a_429_concerns_its_chat_until_another_chat_meets_one() -> None:
    """Then it is the bot as a whole that sends too much, and nothing goes out."""
    pace = Pace(30)
    pace.heed(1, 1000)
    pace.heed(1, 1000)
    assert not pace.is_held
    pace.heed(2, 1000)
    assert pace.is_held


async def test_a_429_that_is_over_says_nothing_about_the_next() -> None:
    """Two chats, one after the other: each waits for itself."""
    pace = Pace(30)
    pace.heed(1, 0)
    pace.heed(2, 1000)
    assert not pace.is_held


async def test_what_is_held_goes_out_when_the_hold_ends() -> None:
    """Whoever asked meanwhile gets his turn."""
    pace = Pace(30)
    pace.hold(1000)
    waiting = asyncio.create_task(pace.acquire())
    done, _ = await asyncio.wait([waiting], timeout=2 * LOOK)
    assert not done
    pace.hold(0)
    await waiting


async def test_one_message_a_second_is_left_to_saves() -> None:
    """And a bot that may send one a second still answers."""
    assert [Pace(number).rate for number in (30, 2, 1)] == [29, 1, 1]
    await Pace(1).acquire()
