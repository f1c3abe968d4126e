"""getUpdates, setWebhook, deleteWebhook, getWebhookInfo.

Source: tdlib/telegram-bot-api, Client.cpp, process_get_updates_query, process_set_webhook_query, do_set_webhook;
WebhookActor.cpp, start_up. Nothing is delivered to a webhook here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from emulator.methods.registry import Described, method
from emulator.state.bots import DEFAULT_UPDATES, UPDATE_TYPES
from emulator.state.errors import bad_request, too_many_requests
from emulator.state.polling import LONGEST, SET_WEBHOOK, WEBHOOK_ACTIVE

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json
    from emulator.state.polling import Answer

PORTS = frozenset({80, 88, 443, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")


@method("getUpdates", "offset limit timeout allowed_updates")
def get_updates(bot: Bot, parameters: Parameters) -> Answer:
    """The bot's updates, now or when there are some."""
    if bot.webhook.url:
        return bot.poller.conflict(WEBHOOK_ACTIVE)
    offset = parameters.integer("offset")
    limit = parameters.integer("limit", 100, 1, 100)
    timeout = parameters.integer("timeout", 0, 0, LONGEST)
    _remember_allowed(bot, parameters)
    return bot.poller.poll(offset, limit, timeout)


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(bot: Bot, parameters: Parameters) -> Described:
    """Set the webhook, or delete it with an empty url."""
    url = parameters.text("url")
    if not url:
        return delete_webhook(bot, parameters)
    now = bot.world.clock.now()
    if now < bot.webhook.next_set:
        raise too_many_requests(1)
    bot.webhook.next_set = now + 1
    settings = {"max_connections": parameters.integer("max_connections", 40, 1, 100)}
    secret = parameters.text("secret_token")
    drop = parameters.boolean("drop_pending_updates")
    _check_webhook(url, secret)
    same = bot.webhook.url == url and bot.webhook.settings == {**settings, "secret_token": secret} and not drop
    _remember_allowed(bot, parameters)
    if same:
        return Described(True, "Webhook is already set")
    bot.poller.end(SET_WEBHOOK)
    if drop:
        bot.queue.clear()
    bot.webhook.url, bot.webhook.settings = url, {**settings, "secret_token": secret}
    return Described(True, "Webhook was set")


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(bot: Bot, parameters: Parameters) -> Described:
    """Delete the webhook, and the waiting updates if told so."""
    if parameters.boolean("drop_pending_updates"):
        bot.queue.clear()
    was_set = bool(bot.webhook.url)
    bot.webhook.url, bot.webhook.settings = "", {}
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(bot: Bot, _parameters: Parameters) -> Json:
    """The webhook and the number of waiting updates. Source: Client.cpp, JsonWebhookInfo."""
    info: Json = {
        "url": bot.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(bot.queue),
    }
    if bot.webhook.url:
        info |= {"max_connections": bot.webhook.settings["max_connections"], "ip_address": "<unknown>"}
    if bot.allowed_updates != DEFAULT_UPDATES:
        info["allowed_updates"] = sorted(bot.allowed_updates)
    return info


def _remember_allowed(bot: Bot, parameters: Parameters) -> None:
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


def _check_webhook(url: str, secret: str) -> None:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port or 443
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
