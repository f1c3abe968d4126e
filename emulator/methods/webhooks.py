"""setWebhook, deleteWebhook, getWebhookInfo.

Source: tdlib/telegram-bot-api, Client.cpp, process_set_webhook_query, do_set_webhook, finish_set_webhook,
JsonWebhookInfo; WebhookActor.cpp, start_up, on_resolved_ip_address.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from typing import TYPE_CHECKING

from emulator.methods.registry import Described, method
from emulator.methods.updates import remember_allowed
from emulator.state.address import Address, literal, parse_address, refused, refused_ip
from emulator.state.bots import DEFAULT_UPDATES
from emulator.state.errors import BotApiError, bad_request, too_many_requests
from emulator.state.hook import Hook
from emulator.state.polling import CONFLICT, SET_WEBHOOK

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

MAX_CERTIFICATE = 3 << 20  # Client.h, MAX_CERTIFICATE_FILE_SIZE
OTHER_SET = CONFLICT + "terminated by other setWebhook"
_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")

Answer = Described | asyncio.Future[Described]


@method("setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token")
def set_webhook(bot: Bot, parameters: Parameters) -> Answer:
    """Set the webhook, or delete it with an empty url.

    The one that was set goes first, and the waiting updates with it if told so: also where the new one is refused.
    """
    if not parameters.text("url"):
        return delete_webhook(bot, parameters)
    now = bot.world.clock.now()
    if now < bot.webhook.next_set:
        raise too_many_requests(1)
    bot.webhook.next_set = now + 1
    hook, drop = _read(parameters), parameters.boolean("drop_pending_updates")
    if hook == bot.webhook.hook and not hook.certificate and not drop:
        remember_allowed(bot, parameters)
        return Described(True, "Webhook is already set")
    bot.poller.end(SET_WEBHOOK)
    _close(bot, drop=drop)
    address = _checked(hook)
    remember_allowed(bot, parameters)
    return _begin(bot, hook, address)


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(bot: Bot, parameters: Parameters) -> Described:
    """Delete the webhook, and the waiting updates if told so."""
    was_set = bot.webhook.hook is not None
    _close(bot, drop=parameters.boolean("drop_pending_updates"))
    return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")


@method("getWebhookInfo")
def get_webhook_info(bot: Bot, _parameters: Parameters) -> Json:
    """The webhook, what went wrong there last, and the number of waiting updates."""
    webhook = bot.webhook
    info: Json = {
        "url": webhook.hook.url if webhook.hook else "",
        "has_custom_certificate": bool(webhook.hook and webhook.hook.certificate),
        "pending_update_count": bot.queue.waiting,
    }
    if webhook.last_error is not None:
        info["last_error_date"], info["last_error_message"] = webhook.last_error
    if webhook.hook is not None:
        info |= {"max_connections": webhook.hook.max_connections, "ip_address": webhook.ip or "<unknown>"}
    if bot.allowed_updates != DEFAULT_UPDATES:
        info["allowed_updates"] = sorted(bot.allowed_updates)
    return info


def _read(parameters: Parameters) -> Hook:
    """What is to be set. A certificate that is not uploaded is none (Client.cpp, get_webhook_certificate)."""
    upload = parameters.files.get("certificate")
    if upload is None and (attached := parameters.text("certificate")).startswith("attach://"):
        upload = parameters.files.get(attached.removeprefix("attach://"))
    return Hook(
        parameters.text("url"),
        parameters.integer("max_connections", 40, 1, 100),
        parameters.text("secret_token"),
        parameters.text("ip_address"),
        b"" if upload is None else upload.data,
    )


def _close(bot: Bot, *, drop: bool) -> None:
    if bot.webhook.hook is not None:
        bot.webhook.close()
        bot.world.deliver(bot.token)
    if drop:
        bot.queue.clear()


def _checked(hook: Hook) -> Address:
    """The address, if all is in order that does not depend on it. Source: Client.cpp, do_set_webhook."""
    try:
        address = parse_address(hook.url)
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if len(hook.secret_token) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.match(hook.secret_token):
        raise bad_request("secret token contains unallowed characters")
    if len(hook.certificate) > MAX_CERTIFICATE:
        raise bad_request(f"certificate size is too big ({len(hook.certificate)} bytes)")
    return address


def _begin(bot: Bot, hook: Hook, address: Address) -> Answer:
    """Set it and find out where it leads. Source: WebhookActor.cpp, start_up."""
    local = bot.world.local_webhooks
    if not local and (why := refused(address)):
        raise _bad(why)
    ip = literal(hook.given_ip or address.host)
    if hook.given_ip and not ip:
        raise _bad("Invalid IP address specified")
    if address.host == "localhost" and not hook.given_ip and not local:
        ip = "127.0.0.1"
    if ip and not local and (why := refused_ip(ip)):
        raise _bad(why)
    if address.scheme == "https" and hook.certificate:
        _check_certificate(hook.certificate)
    bot.webhook.set(hook, address)
    if local and not ip:
        return asyncio.ensure_future(_resolved(bot, address.host))
    bot.webhook.ip = ip
    bot.world.deliver(bot.token)
    return Described(True, "Webhook was set")


async def _resolved(bot: Bot, host: str) -> Described:
    """Look the name up, IPv4 first. Only with `local_webhooks`: the public server's names are not looked up here."""
    generation = bot.webhook.generation
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        why = ""
    except (OSError, UnicodeError) as error:
        why = f"Failed to resolve host: {getattr(error, 'strerror', None) or error}"
    if bot.webhook.generation != generation:
        raise BotApiError(409, OTHER_SET)
    if why:
        bot.webhook.close()
        raise _bad(why)
    bot.webhook.ip = str(min(found, key=lambda answer: answer[0] != socket.AF_INET)[4][0])
    bot.world.deliver(bot.token)
    return Described(True, "Webhook was set")


def _check_certificate(certificate: bytes) -> None:
    """It has to be PEM. Source: tdlib/td, SslCtx.cpp, do_create_ssl_ctx; what follows the words there is OpenSSL's."""
    try:
        ssl.create_default_context(cadata=certificate.decode())
    except (ssl.SSLError, ValueError):
        raise _bad("Failed to set custom certificate file") from None


def _bad(why: str) -> BotApiError:
    return bad_request(f"bad webhook: {why}")
