"""A bot with defaults of its own for what it sends: the store's messages are not its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pinstore.test_example import example
from tests.stories.harness import ADMIN, PATIENCE, say, stored
from tests.stories.launcher import Bot
from tests.stories.script import START, Script

if TYPE_CHECKING:
    from pathlib import Path

    from clicker.emulator.server import Server
    from clicker.emulator.telegram import Telegram

CHANGES = {
    'Bot(os.environ["BOT_TOKEN"])': """Bot(os.environ["BOT_TOKEN"], default=DefaultBotProperties(
        parse_mode="HTML", protect_content=True
    ))""",
    "Store(bot, [TAPS])": 'Store(bot, [TAPS], caption=lambda *_: "taps < 10")',
    "import os": "import os\nfrom aiogram.client.default import DefaultBotProperties",
}


async def test_the_store_sends_plain_messages(telegram: Telegram, server: Server, tmp_path: Path) -> None:
    """Nothing of it is read as markup, and its document can be forwarded, or no restore would find it."""
    program = tmp_path / "bot.py"
    text = example()
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new, 1)
    program.write_text(text, encoding="utf-8")
    bot = Bot(Script(program), server.url, tmp_path / ".env")
    try:
        await bot.start()
        admin, anna = telegram.person(ADMIN), telegram.person(1001)
        admin.send(f"admin {(await bot.wait_line(r'admin ([0-9a-f]{10})', START))[1]}")
        await admin.wait(lambda: admin.newest.startswith("config_id = "), PATIENCE)
        assert await say(anna, "Tap") == "Taps: 1"
        await telegram.wait(lambda: stored(telegram)["tables"]["taps"]["rows"] == [[1001, 1]], PATIENCE)
        assert "taps < 10" in (admin.pinned or {})["caption"]
        await bot.kill()
        await bot.start()
        anna.send("Tap")
        assert await anna.answer(timeout=START) == "Taps: 2"
        assert await bot.stop() == 0, bot.output
        assert [message["text"] for message in anna.messages if "has_protected_content" in message] == [
            "Taps: 1",
            "Taps: 2",
        ]
    finally:
        await bot.close()
