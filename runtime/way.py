"""Calls that are lost on their way to Telegram or back, and what is told of it."""

from http import HTTPStatus
from typing import Any

from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod

from pinstore import Download
from runtime.proxy import Proxy


class WayError(TelegramNetworkError):
    """A call or a download was lost; the message is one clause."""

    def __str__(self) -> str:
        """The clause alone."""
        return self.message


class ProxyError(WayError):
    """The same by way of a proxy, which the clause names."""


class LostByProxyError(OSError):
    """What a ProxyError tells, before it is known which call was lost."""


def lost(method: TelegramMethod[Any], error: OSError) -> TelegramNetworkError:
    """A call or a download that failed so."""
    if isinstance(error, LostByProxyError):
        return ProxyError(method, str(error))
    if isinstance(method, Download):
        return WayError(method, "the download took too long" if isinstance(error, TimeoutError) else _told(error))
    return TelegramNetworkError(method, "Request timeout error" if isinstance(error, TimeoutError) else _told(error))


def not_telegrams(proxy: Proxy, method: TelegramMethod[Any], status: int) -> ProxyError:
    """An answer that Telegram does not write: it is the proxy's."""
    return ProxyError(method, answered_by(proxy, status))


def answered_by(proxy: Proxy, status: int) -> str:
    """What a proxy means by that."""
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        known = "refuses the user and password of its address" if proxy.user else "wants a user and a password"
        return f"the proxy {proxy} {known} (status 407)"
    return f"the proxy {proxy} does not let the bot through to Telegram (status {status})"


def _told(error: OSError) -> str:
    return f"{type(error).__name__}: {error}"
