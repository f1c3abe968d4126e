"""Calls through a proxy, by aiohttp, and what is told of those that get lost."""

from http import HTTPStatus
from io import BytesIO
from ssl import SSLContext
from typing import Any

from aiohttp import (
    ClientConnectorDNSError,
    ClientError,
    ClientHttpProxyError,
    ClientProxyConnectionError,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)

from runtime.http.connection import Answered
from runtime.http.form import Form
from runtime.proxy import Proxy
from runtime.way import LostByProxyError, answered_by


class ByProxy:
    """Speaks to a server as `runtime.http.pool.Pool` does. Of what gets lost it raises LostByProxyError."""

    def __init__(self, proxy: Proxy, context: SSLContext) -> None:
        self._proxy = proxy
        self._context = context
        self._opened: ClientSession | None = None

    async def post(self, address: str, form: Form, seconds: float) -> Answered:
        """Send a form."""
        body, headers = BytesIO(b"".join(form.pieces)), {"Content-Type": form.media_type}
        return await self._exchange("POST", address, ClientTimeout(total=seconds), data=body, headers=headers)

    async def get(self, address: str, seconds: float, silence: float) -> Answered:
        """What is at an address; given up after so many seconds of silence."""
        return await self._exchange("GET", address, ClientTimeout(total=seconds, sock_read=silence))

    async def close(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _exchange(self, method: str, address: str, timeout: ClientTimeout, **options: Any) -> Answered:
        if self._opened is None:
            self._opened = ClientSession(connector=TCPConnector(ssl=self._context), proxy=self._proxy.url)
        options |= {"timeout": timeout, "allow_redirects": False}
        try:
            async with self._opened.request(method, address, **options) as answer:
                return Answered(answer.status, await answer.read())
        except TimeoutError as error:
            raise LostByProxyError(self._told("no answer in time")) from error
        except (ClientError, OSError) as error:
            raise LostByProxyError(self._explained(error)) from error

    def _explained(self, error: Exception) -> str:
        if isinstance(error, ClientResponseError) and (
            isinstance(error, ClientHttpProxyError) or error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
        ):
            return answered_by(self._proxy, error.status)
        if isinstance(error, (ClientProxyConnectionError, ClientConnectorDNSError)):  # no other name is looked up here
            return f"the proxy {self._proxy} cannot be reached: {error.os_error.strerror or error.os_error}"
        return self._told(f"{type(error).__name__}: {error}")

    def _told(self, what: str) -> str:
        return f"{what}, by way of the proxy {self._proxy}"
