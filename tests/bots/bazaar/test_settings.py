"""The bazaar's settings, and what `--check` tells of the channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bots.bazaar.clock import day_of, is_quiet
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.texts import LOCALES
from runtime.settings import SettingsError, read_settings
from tests.bots.bazaar.stage import CHANNEL, SETTINGS, open_bazaar
from tests.runtime.test_languages import catalog_of, messages_of, placeholders, said_in
from tests.stories.harness import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

WRONG = {
    "CHANNEL_ID": ("", "bozor", "@1x", "12345", "-100"),
    "MODERATION_ID": ("5", "group", "0"),
    "REPOST_INTERVAL": ("-1", "soon", "nan"),
    "SOLD_INTERVAL": ("-0.1", "inf"),
    "AD_LIFE": ("a",),
    "ADS_PER_DAY": ("1.5", "-1"),
    "QUIET_HOURS": ("23", "25-8", "23:00-8", "8-"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line; a good one is taken."""
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    for value in WRONG[name]:
        monkeypatch.setenv("CHANNEL_ID", "@vodiy_bozor")
        monkeypatch.setenv(name, value)
        with pytest.raises(SettingsError, match=rf"^{name} is wrong: expected [^\n]+\.$"):
            read_settings(tmp_path / ".env", BazaarSettings)
    monkeypatch.setenv("CHANNEL_ID", str(CHANNEL))
    monkeypatch.setenv(
        name, {"CHANNEL_ID": "@vodiy_bozor", "MODERATION_ID": "-5", "QUIET_HOURS": "0-24"}.get(name, "0")
    )
    read_settings(tmp_path / ".env", BazaarSettings)


async def test_without_a_channel_it_does_not_start(bot: Bot) -> None:
    """Status 2 and one line that names the setting."""
    await bot.start(BOT="bazaar")
    assert await bot.wait() == 2
    assert [line.partition(" ")[0] for line in bot.lines] == ["CHANNEL_ID"]


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [
        ((23, 8), {23, *range(8)}),
        ((8, 10), {8, 9}),
        ((0, 0), set()),
        ((5, 5), set()),
    ],
)
def test_quiet_hours(hours: tuple[int, int], quiet: set[int]) -> None:
    """In Tashkent, which is five hours before UTC all year."""
    assert {hour for hour in range(24) if is_quiet((hour + 19) % 24 * 3600 + 1, hours)} == quiet
    assert day_of(19 * 3600) == day_of(19 * 3600 - 1) + 1


async def test_check_tells_of_the_channel(bot: Bot, new_bot: NewBot, telegram: Telegram) -> None:
    """Rights, forwards, the moderators' group, inline mode: what is good and what is not."""
    _, channel = await open_bazaar(bot, telegram)
    group = telegram.group(-100777, "Модерлар", ())
    telegram.bot().inline.on = True
    env = {**SETTINGS, "MODERATION_ID": "-100777"}

    async def lines() -> dict[str, str]:
        checking = new_bot()
        await checking.start("--check", **env)
        await checking.wait()
        found = [line.split(maxsplit=1) for line in checking.lines]
        return {rest.partition(": ")[0]: verdict for verdict, rest in found}

    names = ("channel", "forwards", "moderation", "inline mode")
    good = await lines()
    assert [good[name] for name in names] == ["good"] * 4
    channel.promote(edit=False)
    channel.protect()
    group.remove_bot()
    telegram.bot().inline.on = False
    bad = await lines()
    assert [bad[name] for name in names] == ["BAD"] * 4


def test_the_russian_words_are_complete() -> None:
    """The file has what the program says, with the same placeholders, and nothing else."""
    own = messages_of(catalog_of(LOCALES, "ru"))
    assert set(own) - {"users", "ads"} == said_in(LOCALES.parent)
    assert [key for key, message in own.items() if placeholders(key) != placeholders(str(message.string))] == []
