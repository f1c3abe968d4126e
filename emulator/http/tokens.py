"""Which bot a token means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.errors import BotApiError

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.telegram import Telegram

LONGEST = 80
MAX_ID = 1 << 54


def authorize(telegram: Telegram, token: str) -> Bot:
    """The bot of this token, or its refusal. Source: tdlib/telegram-bot-api, ClientManager.cpp, send."""
    if (bot := telegram.bots.get(token)) is not None:
        if bot.logged_out:
            raise BotApiError(400, "Logged out")
        return bot
    number, colon, _ = token.partition(":")
    if not colon or token.startswith("0") or len(token) > LONGEST:
        raise BotApiError(401, "Unauthorized: invalid token specified")
    if not (number.isascii() and number.removeprefix("-").isdigit()):
        raise BotApiError(421, "Misdirected Request: unallowed token specified")
    if not 0 < int(number) < MAX_ID:
        raise BotApiError(401, "Unauthorized: invalid token specified")
    raise BotApiError(401, "Unauthorized")
