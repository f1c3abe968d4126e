"""The address of a webhook, and whose server takes which."""

import re
from urllib.parse import urlsplit

from runtime.hosts import require_name

PUBLIC = "api.telegram.org"
PUBLIC_PORTS = frozenset({443, 80, 88, 8443})
"""Where Telegram's own server brings updates, by https alone (Bot API, setWebhook)."""

OUR_PAGES = frozenset({"/healthz", "/health", "/metrics"})
"""Paths at which something else is served."""

_SHAPE = re.compile(r"https?://[^\s/?#@{}\\]+(/[^\s?#{}\\]*)?(\?[^\s#]*)?", re.IGNORECASE)


def is_address(text: str) -> bool:
    """Whether it is one: with a host, with no user, password or fragment."""
    if not _SHAPE.fullmatch(text):
        return False
    address = urlsplit(text)
    try:
        require_name(address.hostname)
        return address.port != 0 and address.path not in OUR_PAGES
    except ValueError:  # it is none, or the port
        return False


def is_taken_by(server: str | None, url: str) -> bool:
    """Whether the Bot API server on this host takes it; one of our own takes plain http and any port as well."""
    address = urlsplit(url)
    port = address.port or {"https": 443, "http": 80}[address.scheme]
    return server != PUBLIC or (address.scheme == "https" and port in PUBLIC_PORTS)


def path_of(url: str) -> str:
    """Where it is received."""
    return urlsplit(url).path or "/"
