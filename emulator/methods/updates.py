"""getUpdates. Source: tdlib/telegram-bot-api, Client.cpp, process_get_updates_query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from emulator.methods.registry import method
from emulator.state.bots import DEFAULT_UPDATES, UPDATE_TYPES
from emulator.state.polling import LONGEST, WEBHOOK_ACTIVE

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.polling import Answer


@method("getUpdates", "offset limit timeout allowed_updates")
def get_updates(bot: Bot, parameters: Parameters) -> Answer:
    """The bot's updates, now or when there are some."""
    if bot.webhook.hook is not None:
        return bot.poller.conflict(WEBHOOK_ACTIVE)
    offset = parameters.integer("offset")
    limit = parameters.integer("limit", 100, 1, 100)
    timeout = parameters.integer("timeout", 0, 0, LONGEST)
    remember_allowed(bot, parameters)
    return bot.poller.poll(offset, limit, timeout)


def remember_allowed(bot: Bot, parameters: Parameters) -> None:
    """Source: Client.cpp, get_allowed_update_types. Bad JSON is ignored, an empty list means the default."""
    source = parameters.text("allowed_updates")
    if not source:
        return
    try:
        names = orjson.loads(source)
    except orjson.JSONDecodeError:
        return
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        allowed = UPDATE_TYPES & {name.lower() for name in names}
        bot.allowed_updates = allowed or DEFAULT_UPDATES
