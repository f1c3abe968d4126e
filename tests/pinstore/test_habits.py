"""What bots do out of habit: defaults for all that they send, and updates that are dropped at each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pinstore.test_example import example
from tests.stories.harness import ADMIN, PATIENCE, say, stored
from tests.stories.launcher import Bot
from tests.stories.script import START, Script

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Launcher

pytestmark = pytest.mark.long

CHANGES = {
    'Bot(os.environ["BOT_TOKEN"])': """Bot(os.environ["BOT_TOKEN"], default=DefaultBotProperties(
        parse_mode="HTML", protect_content=True
    ))""",
    "Store(bot, [TAPS])": 'Store(bot, [TAPS], caption=lambda *_: "taps < 10")',
    "import os": "import os\nfrom aiogram.client.default import DefaultBotProperties",
    "dispatcher = Dispatcher()": """dispatcher = Dispatcher()
@dispatcher.startup()
async def drop(bot: Bot) -> None:
    await bot.delete_webhook(drop_pending_updates=True)
""",
}


async def test_no_habit_harms_the_store(telegram: Telegram, server: Server, programs: Launcher, tmp_path: Path) -> None:
    """Its captions are no markup, its document can be forwarded, or no restore would find it, and no tap is dropped."""
    program = tmp_path / "bot.py"
    text = example()
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new, 1)
    program.write_text(text, encoding="utf-8")
    bot = Bot(Script(programs, program), server.url, tmp_path / ".env")
    try:
        await bot.start()
        admin, anna = telegram.person(ADMIN), telegram.person(1001)
        admin.send(f"admin {(await bot.wait_line(r'admin ([0-9a-f]{10})', START))[1]}")
        await admin.wait(lambda: admin.newest.startswith("config_id = "), PATIENCE)
        assert await say(anna, "Tap") == "Taps: 1"
        await telegram.wait(lambda: stored(telegram)["tables"]["taps"]["rows"] == [[1001, 1]], PATIENCE)
        assert "taps < 10" in (admin.pinned or {})["caption"]
        await bot.kill()
        anna.send("Tap")
        await bot.start()
        assert await anna.answer(timeout=START) == "Taps: 2"
        assert "What waits at Telegram is not dropped" in bot.output
        assert await bot.stop() == 0, bot.output
        assert [message["text"] for message in anna.messages if "has_protected_content" in message] == [
            "Taps: 1",
            "Taps: 2",
        ]
    finally:
        await bot.close()
