"""Taps are taken out of what arrives; all else, and what must not be counted yet, is left to the handlers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

import pytest

from bots.clicker.taps import Taps
from pinstore.updates.fast import Lane
from runtime.people import BANNED
from tests.bots.clicker.bare import Bare, players_of
from tests.pinstore.shelf import table
from tests.stories.harness import PATIENCE, set_up, until_stored

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from pinstore.memory.database import Database
    from runtime.outbox.outbox import Outbox
    from tests.stories.harness import Bot

ANNA, BORIS, EVE = 1001, 1002, 1003


class Told:
    """Stands for the outbox."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, str]] = []

    def send(self, chat_id: int, text: str, *_: object, replaces: str, **__: object) -> None:
        """Keep what is sent."""
        assert replaces
        self.texts.append((chat_id, text))


def message(number: int, chat_id: int, text: str = "Клик", **more: Any) -> dict[str, Any]:
    """An update as getUpdates tells it."""
    user = {"id": chat_id, "is_bot": False, "first_name": "x", "language_code": "en"}
    message = {"message_id": 1, "date": 1, "from": user, "chat": {"id": chat_id, "type": "private"}, "text": text}
    return {"update_id": number, "message": {**message, **more}}


async def taken(
    database: Database, updates: list[dict[str, Any]], *, may_count: bool = True
) -> tuple[list[int], list[int], list[tuple[int, str]]]:
    """The updates that are left, those that are told as handled, and what is sent."""
    told, handled = Told(), list[int]()
    kept = Bare(database)
    kept.chat_id = 1 if may_count else None
    lane = Lane(kept, Taps(players_of(database), cast("Outbox", told)))
    left = await lane.take(updates, handled.append)
    return [update["update_id"] for update in left], handled, told.texts


async def test_taps_are_counted_and_the_rest_is_left() -> None:
    """In the language of each; a stranger is told so, and who is banned is told nothing."""
    database = table([(ANNA, "Анна", 5, 0, 1, "", 0), (BORIS, "Борис", 7, 0, 2, "ru", BANNED)])
    updates = [
        message(1, ANNA),
        message(2, BORIS),
        message(3, EVE, "Click"),
        message(4, -5, chat={"id": -5, "type": "group"}),
        {"update_id": 5, "my_chat_member": {}},
        message(6, ANNA),
        message(7, ANNA, "Рейтинг"),
    ]
    left, handled, told = await taken(database, updates)
    assert (left, handled) == ([4, 5, 7], [1, 2, 3, 6])
    assert told == [(ANNA, "Clicks: 6 🏆"), (EVE, "You are not registered"), (ANNA, "Clicks: 7 🏆")]
    assert database.applied == {1, 2, 3, 6}


async def test_a_tap_waits_for_what_its_player_has_sent_before() -> None:
    """Else a tap just after /start would find a stranger; nobody else waits."""
    database = table([(BORIS, "Борис", 0, 0, 1)])
    left, handled, _ = await taken(database, [message(1, ANNA, "/start"), message(2, ANNA), message(3, BORIS)])
    assert (left, handled) == ([1, 2], [3])


async def test_without_a_place_to_keep_them_no_taps_are_taken() -> None:
    """Handlers say that the bot is being set up."""
    assert await taken(table(), [message(1, ANNA)], may_count=False) == ([1], [], [])


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {}},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": {"text": "Клик"}},
        message(1, ANNA, text=cast("str", ["Клик"])),
        message(1, ANNA, chat={"id": "1001", "type": "private"}),
        message(1, ANNA, **cast("dict[str, Any]", {"from": None})),
    ],
)
async def test_what_is_not_as_expected_is_left_to_aiograms_models(update: dict[str, Any]) -> None:
    """They tell what is wrong with it."""
    assert await taken(table(), [update]) == ([1], [], [])


async def test_a_tap_that_fails_is_told_of_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    """It would fail again and again; no text of a player gets into the log."""
    database = table([(BORIS, "Борис", 0, 0, 1)])
    with caplog.at_level(logging.INFO):
        left, handled, told = await taken(database, [message(1, 2**70), message(2, BORIS)])
    assert (left, handled, len(told)) == ([], [1, 2], 1)
    assert "Update 1 " in caplog.text
    assert "Клик" not in caplog.text


async def test_whoever_signs_up_and_taps_in_one_breath_is_no_stranger(bot: Bot, telegram: Telegram) -> None:
    """All of it arrives with one poll and counts in its order."""
    await set_up(bot, telegram)
    anna = telegram.person(ANNA, first_name="Анна")
    for text in ("/start", "Клик", "Клик", "Рейтинг", "Клик"):
        anna.send(text)
    await anna.wait(lambda: anna.newest == "Кликов: 3 🏆", PATIENCE)
    assert "Вы не зарегистрированы" not in anna.answers
    await until_stored(telegram, {ANNA: ("Анна", 3)})
