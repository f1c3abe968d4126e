"""A fault of ours: a person reads a code, and nothing of what has happened."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from aiogram.types import Chat, Message, User

from bots.shop import texts
from bots.shop.meters import Meters
from bots.shop.presence import Presence

if TYPE_CHECKING:
    import pytest

    from runtime.languages import Phrase


async def test_a_fault_is_told_by_a_code_that_the_log_has_too(caplog: pytest.LogCaptureFixture) -> None:
    """Eight hexadecimal digits; the exception's own words go to nobody."""
    told: list[Phrase] = []
    is_open, meters = asyncio.Event(), Meters()
    is_open.set()
    shop = SimpleNamespace(
        heard=lambda *_: None, is_open=is_open, tell=lambda _, phrase: told.append(phrase), meters=meters
    )

    async def failing(_: object, __: dict[str, Any]) -> None:
        raise RuntimeError("<b>something</b> of ours")

    data = {"shop": shop, "event_from_user": User(id=7, is_bot=False, first_name="X")}
    await Presence()(failing, Message(message_id=1, chat=Chat(id=7, type="private"), date=datetime.now(UTC)), data)
    (phrase,) = told
    assert (phrase.text, meters.faults) == (texts.FAULT, 1)
    assert re.fullmatch("[0-9a-f]{8}", str(phrase.values["code"]))
    assert str(phrase.values["code"]) in caplog.text
