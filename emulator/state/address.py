"""The address of a webhook, taken apart and judged as the server does it.

Source: tdlib/td, HttpUrl.cpp, parse_url; IPAddress.cpp, is_reserved; tdlib/telegram-bot-api, WebhookActor.cpp,
start_up and check_ip_address.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

PORTS = frozenset({80, 88, 443, 8443})
DEFAULT_PORTS = {"http": 80, "https": 443}

_WHOLE = re.compile(r"(?:(?P<scheme>[^:/?#@\[\]]*)://)?(?P<authority>[^/?#]*)(?P<path>.*)", re.DOTALL)
_PORT = re.compile(r"0*(?P<number>[0-9]{1,10})\Z")
_HOST = re.compile(r"(?:[\w.\-!$,~*'();&+=\x80-\U0010ffff]|%[0-9A-Fa-f]{2})*\Z", re.ASCII)
_USER = re.compile(r"(?:[\w.\-!$,~*'();&+=:\x80-\U0010ffff]|%[0-9A-Fa-f]{2})*\Z", re.ASCII)
_UNWRITTEN = re.compile(r"[\x00-\x20]")

_RESERVED = [
    ipaddress.IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/3"),
    )
]


@dataclass(frozen=True)
class Address:
    """One address. host may stand in brackets; path begins with a slash and holds the query as well."""

    scheme: str
    userinfo: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the header Host says, in ASCII. Source: tdlib/td, HttpHeaderCreator.cpp, get_host_header."""
        try:
            host = self.host.encode("idna").decode()
        except UnicodeError:  # the server keeps such a name as it is
            host = self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def parse_address(url: str) -> Address:
    """Take an address apart; without a protocol it is https. ValueError if it is none."""
    found = _WHOLE.match(url)
    scheme = "https" if found is None or found["scheme"] is None else found["scheme"].lower()
    if found is None or scheme not in DEFAULT_PORTS:
        raise ValueError("unsupported protocol")
    name, port = _split_port(found["authority"])
    userinfo, _, host = name.rpartition("@")
    host = host.lower()
    if host.startswith("[") and host.endswith("]"):
        ipaddress.IPv6Address(host[1:-1])
    elif host in {"", "."} or not _HOST.match(host) or not _USER.match(userinfo):
        raise ValueError("no host, or not one")
    path = _UNWRITTEN.sub(lambda found: f"%{ord(found[0]):02X}", found["path"].rstrip())
    path = path if path.startswith("/") else f"/{path}"
    return Address(scheme, userinfo, host, port or DEFAULT_PORTS[scheme], path)


def _split_port(authority: str) -> tuple[str, int]:
    """What stands before the port, and the port, 0 if there is none. ValueError if it is no port."""
    name, colon, text = authority.rpartition(":")
    if not name or not colon or "]" in text or "@" in text:
        return authority, 0
    found = _PORT.match(text)
    if found is None or not 0 < int(found["number"]) < 1 << 16:
        raise ValueError("no port")
    return name, int(found["number"])


def literal(host: str) -> str:
    """The IP address that a host is by itself, "" if it is a name."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return ""


def refused(address: Address) -> str:
    """Why the public server takes no such address, "" if it does."""
    if address.scheme != "https":
        return "An HTTPS URL must be provided for webhook"
    if address.port not in PORTS:
        return "Webhook can be set up only on ports 80, 88, 443 or 8443"
    return ""


def refused_ip(ip: str) -> str:
    """Why the public server does not connect to this IP address, "" if it does."""
    number = ipaddress.ip_address(ip)
    if isinstance(number, ipaddress.IPv6Address):
        return "IPv6-only addresses are not allowed"
    if any(number in network for network in _RESERVED):
        return f"IP address {ip} is reserved"
    return ""
