"""The proxy on the way to a server: which one the environment names, if any."""

import os
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from dotenv import dotenv_values

from runtime.hosts import require_name

ANY, NONE = "all", "no"
KINDS = ("http", "https", ANY, NONE)
"""What stands before _proxy in the names of the variables, in either case."""

SYSTEM = "the system's settings"
WITH_SETTINGS = ("win32", "darwin")
"""Windows and macOS keep a proxy there; the environment wins."""

EXPECTED = "the address of an HTTP proxy, http://host:port or http://user:password@host:port"
SOCKS = "this is a SOCKS proxy: name one for HTTP, many serve both, or except Telegram's server by NO_PROXY"


class WrongProxyError(ValueError):
    """A variable holds no address of a proxy; the message is one line without its value, which may hold a password."""


@dataclass(frozen=True)
class Proxy:
    """One proxy; as a text it is what may be shown of it, without user and password."""

    address: str
    """Scheme, host and port."""
    variable: str
    """What names it."""
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.address} ({self.variable})"

    @property
    def url(self) -> str:
        """With user and password, for aiohttp, which sends them in Latin-1; what proxies expect is UTF-8 (RFC 7617)."""
        if not self.user:
            return self.address
        user, password = (quote(text.encode().decode("latin-1"), safe="") for text in (self.user, self.password))
        scheme, host = self.address.split("://")
        return f"{scheme}://{user}:{password}@{host}"

    @property
    def headers(self) -> dict[str, str]:
        """The same for whoever sets headers."""
        known = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"proxy-authorization": f"Basic {known}"} if self.user else {}


class Proxies:
    """What is said of proxies: by the environment, then by the file of settings, then by the system."""

    def __init__(self, *sources: Mapping[str, str | None]) -> None:
        """The first source that has a kind of variable wins; in each of them lower case does, as in curl and urllib."""
        self._named: dict[str, tuple[str, str]] = {}
        for source in reversed(sources):
            for name in sorted(source):  # lower case comes after upper case
                kind, _, rest = name.lower().partition("_")
                if rest == "proxy" and kind in KINDS:
                    self._named[kind] = name, (source[name] or "").strip()

    @classmethod
    def read(cls, env_file: Path) -> "Proxies":
        """What the environment says, over `env_file`."""
        return cls(os.environ, dotenv_values(env_file, encoding="utf-8-sig"))

    def on_the_way_to(self, address: str) -> Proxy | None:
        """The proxy for this address, None if it is reached without one. Raises WrongProxyError."""
        if not self._named and sys.platform not in WITH_SETTINGS:
            return None
        from urllib import request  # noqa: PLC0415 - it brings an HTTP client

        url = urlsplit(address)
        if self._is_excepted(url.hostname or "", url.netloc.rpartition("@")[2]):
            return None
        for kind in (url.scheme, ANY):
            name, value = self._named.get(kind, ("", ""))
            if value:
                return _parsed(name, value)
        if any(self._named.get(kind, ("", ""))[1] for kind in KINDS if kind != NONE):
            return None
        value = "" if request.proxy_bypass(url.hostname or "") else request.getproxies().get(url.scheme, "")
        return _parsed(SYSTEM, value) if value else None

    def _is_excepted(self, *hosts: str) -> bool:
        """What NO_PROXY says, read as urllib reads it."""
        from urllib import request  # noqa: PLC0415

        excepted: Callable[..., object] = request.proxy_bypass_environment  # type: ignore[attr-defined]  # since 2.6
        return any(excepted(host, {NONE: self._named.get(NONE, ("", ""))[1]}) for host in hosts)


def _parsed(name: str, value: str) -> Proxy:
    """The proxy at this address; one without a scheme is one for HTTP, as curl has it."""
    try:
        url = urlsplit(value if "://" in value else f"http://{value}")
        if url.scheme.startswith("socks"):
            raise WrongProxyError(f"{name} is wrong: expected {EXPECTED}, but {SOCKS}.")
        require_name(url.hostname)
        user, password = unquote(url.username or ""), unquote(url.password or "")
        is_plain = url.path in {"", "/"} and not (url.query or url.fragment or any(map(str.isspace, value)))
        if url.scheme not in {"http", "https"} or not (url.port and is_plain) or ":" in user:
            raise ValueError("no address of a proxy")
    except ValueError as error:
        wrong = (
            error if isinstance(error, WrongProxyError) else WrongProxyError(f"{name} is wrong: expected {EXPECTED}.")
        )
        raise wrong from None
    return Proxy(f"{url.scheme}://{url.netloc.rpartition('@')[2]}", name, user, password)
