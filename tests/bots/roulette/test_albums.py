"""Albums whose call a SIGKILL has met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.state.media import PICTURE
from tests.bots.roulette.stage import got, kind_of, newcomer, pair, passed, until
from tests.stories.harness import hold, release, set_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot


@pytest.mark.parametrize("is_sent", [True, False])
async def test_a_kill_while_an_album_is_sent(new_bot: NewBot, telegram: Telegram, is_sent: bool) -> None:
    """It comes once and in one piece, with what is written behind it."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris = await newcomer(telegram, 1001), await newcomer(telegram, 1002)
    await pair(anna, boris)
    under_way = hold(telegram, "copyMessages")
    anna.album([PICTURE, PICTURE, PICTURE])
    await under_way()
    await bot.kill()
    if is_sent:
        release(telegram)
        await until(boris, lambda: len(got(boris)) == 3)
    telegram.faults.clear()
    anna.send("После")
    await bot.start()
    await until(boris, lambda: got(boris)[-1:] == ["После"])
    assert [kind_of(one) for one in passed(boris)[:-1]] == ["photo"] * 3
    assert len({one["media_group_id"] for one in passed(boris)[:-1]}) == 1
