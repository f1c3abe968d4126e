"""Calls that are lost on their way to Telegram or back, and what is told of it."""

from http import HTTPStatus
from typing import Any

from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import ClientConnectorDNSError, ClientHttpProxyError, ClientProxyConnectionError, ClientResponseError

from runtime.proxy import Proxy


class WayError(TelegramNetworkError):
    """A call or a download was lost; the message is one clause."""

    def __str__(self) -> str:
        """The clause alone."""
        return self.message


class ProxyError(WayError):
    """The same by way of a proxy, which the clause names."""


def lost(proxy: Proxy, method: TelegramMethod[Any], message: str, error: BaseException | None) -> ProxyError:
    """A call that failed with `error`; `message` says how if the proxy is not to blame."""
    return ProxyError(method, _explained(proxy, error, message))


def not_telegrams(proxy: Proxy, method: TelegramMethod[Any], status: int) -> ProxyError:
    """An answer that Telegram does not write: it is the proxy's."""
    return ProxyError(method, _answered(proxy, status))


def _explained(proxy: Proxy, error: BaseException | None, message: str) -> str:
    is_of_proxy = isinstance(error, ClientHttpProxyError)
    if isinstance(error, ClientResponseError) and (is_of_proxy or _is_refusal(error.status)):
        return _answered(proxy, error.status)
    if isinstance(error, (ClientProxyConnectionError, ClientConnectorDNSError)):  # no other name is looked up here
        return f"the proxy {proxy} cannot be reached: {error.os_error.strerror or error.os_error}"
    return f"{message}, by way of the proxy {proxy}"


def _answered(proxy: Proxy, status: int) -> str:
    if _is_refusal(status):
        known = "refuses the user and password of its address" if proxy.user else "wants a user and a password"
        return f"the proxy {proxy} {known} (status 407)"
    return f"the proxy {proxy} does not let the bot through to Telegram (status {status})"


def _is_refusal(status: int) -> bool:
    return status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
