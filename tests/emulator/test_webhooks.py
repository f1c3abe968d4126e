"""setWebhook, deleteWebhook, getWebhookInfo: what is set, what is refused, what goes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.address import parse_address
from tests.emulator.hooked import CERTIFICATE

if TYPE_CHECKING:
    from emulator.state.people import Person
    from tests.emulator.api import Api

LOCAL = "http://127.0.0.1:9/hook"  # nothing is delivered while the time stands still and no update is there
ONLY_HTTPS = "bad webhook: An HTTPS URL must be provided for webhook"
ONLY_PORTS = "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"
NO_URL = "invalid webhook URL specified"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("example.com", ("https", "", "example.com", 443, "/")),
        ("HTTPS://User:Pass@Example.com:0088/a b?c=d", ("https", "User:Pass", "example.com", 88, "/a%20b?c=d")),
        ("http://example.com?x", ("http", "", "example.com", 80, "/?x")),
        ("https://[::1]:8443/hook \n", ("https", "", "[::1]", 8443, "/hook")),
        ("https://пример.рф/%41", ("https", "", "пример.рф", 443, "/%41")),
        ("https://a%41b", ("https", "", "a%41b", 443, "/")),
    ],
)
def test_addresses_are_taken_apart(url: str, parts: tuple[str, str, str, int, str]) -> None:
    """Protocol, user, host, port, path: td, parse_url."""
    address = parse_address(url)
    assert (address.scheme, address.userinfo, address.host, address.port, address.path) == parts


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://пример.рф:443", "xn--e1afmkfd.xn--p1ai"),
        ("http://a:80", "a"),
        ("http://a:443", "a:443"),
        ("https://[::1]:8443", "[::1]:8443"),
        ("https://a..b:88", "a..b:88"),
    ],
)
def test_the_host_as_a_header_says_it(url: str, host: str) -> None:
    """In ASCII, with a port that is not the usual one."""
    assert parse_address(url).authority == host


@pytest.mark.parametrize(
    "url",
    [
        *("https://", "ftp://example.com", "https://.", "https:///path", "://example.com"),
        *("https://example.com:x", "https://example.com:0", "https://example.com:65536", "https://example.com:"),
        *("https://exa mple.com", "https://a|b", "https://a%4", "https://[::g]", "https://a:b@"),
    ],
)
async def test_what_is_no_address(api: Api, url: str) -> None:
    """It is refused before anything else about it is looked at."""
    assert await api.no("setWebhook", url=url, secret_token="a b") == NO_URL


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"url": "http://example.com"}, ONLY_HTTPS),
        ({"url": "http://example.com:9", "ip_address": "127.0.0.1"}, ONLY_HTTPS),
        ({"url": "https://example.com:8081"}, ONLY_PORTS),
        ({"url": "https://127.0.0.1"}, "bad webhook: IP address 127.0.0.1 is reserved"),
        ({"url": "https://localhost:8443"}, "bad webhook: IP address 127.0.0.1 is reserved"),
        ({"url": "https://[::1]"}, "bad webhook: IPv6-only addresses are not allowed"),
        ({"url": "example.com", "ip_address": "10.1.2.3"}, "bad webhook: IP address 10.1.2.3 is reserved"),
        ({"url": "example.com", "ip_address": "224.1.2.3"}, "bad webhook: IP address 224.1.2.3 is reserved"),
        ({"url": "example.com", "ip_address": "::1"}, "bad webhook: IPv6-only addresses are not allowed"),
        ({"url": "example.com", "ip_address": "here"}, "bad webhook: Invalid IP address specified"),
        ({"url": "example.com", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "example.com", "secret_token": "ключ"}, "secret token contains unallowed characters"),
        ({"url": "example.com", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_refused_webhooks(api: Api, given: Any, refusal: str) -> None:
    """BOTAPI section 3; server, do_set_webhook and WebhookActor::start_up."""
    assert await api.no("setWebhook", **given) == refusal
    assert (await api.ok("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize(
    "url", [LOCAL, "https://localhost:8081", "http://[::1]:8081", "http://10.0.0.1", "http://localhost:9"]
)
async def test_local_webhooks_may_lead_anywhere(api: Api, url: str) -> None:
    """With the switch, as at a server with --local; a name is looked up."""
    api.telegram.local_webhooks = True
    assert (await api("setWebhook", url=url)).json["description"] == "Webhook was set"
    assert (await api.ok("getWebhookInfo"))["ip_address"] in url.replace("localhost", "127.0.0.1 ::1")


async def test_a_name_that_nobody_has(api: Api) -> None:
    """With the switch it is looked up, so it is found out (this one without asking anybody)."""
    api.telegram.local_webhooks = True
    assert (await api.no("setWebhook", url="http://bot..invalid")).startswith("bad webhook: Failed to resolve host: ")
    assert (await api.ok("getWebhookInfo"))["url"] == ""


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (CERTIFICATE, ""),
        (b"not PEM", "bad webhook: Failed to set custom certificate file"),
        (b"\xff\xfe", "bad webhook: Failed to set custom certificate file"),
        (b"x" * ((3 << 20) + 1), "certificate size is too big (3145729 bytes)"),
    ],
)
@pytest.mark.parametrize("attached", [False, True])
async def test_certificates(api: Api, data: bytes, refusal: str, attached: bool) -> None:
    """Uploaded, by its name or attached; PEM of at most 3 MiB."""
    files = {"own" if attached else "certificate": ("cert.pem", data)}
    given = {"certificate": "attach://own"} if attached else {}
    reply = await api("setWebhook", files, url="https://example.com", **given)
    assert (reply.refusal if refusal else reply.json["description"]) == (refusal or "Webhook was set")
    assert (await api.ok("getWebhookInfo"))["has_custom_certificate"] is not bool(refusal)


async def test_a_certificate_that_is_no_upload_is_none(api: Api) -> None:
    """As with an own certificate, the same webhook again is set anew each time."""
    await api.ok("setWebhook", url="https://example.com", certificate="a file_id")
    assert (await api.ok("getWebhookInfo"))["has_custom_certificate"] is False
    for _ in range(2):
        api.telegram.clock.advance(1)
        reply = await api("setWebhook", {"certificate": ("c.pem", CERTIFICATE)}, url="https://example.com")
        assert reply.json["description"] == "Webhook was set"


async def test_webhook_info(api: Api, anna: Person) -> None:
    """It shows what was set, and how much waits; what has expired does not."""
    anna.send("x")
    assert await api.ok("getWebhookInfo") == {"url": "", "has_custom_certificate": False, "pending_update_count": 2}
    await api.ok("setWebhook", url="example.com", max_connections=7, allowed_updates=["message"])
    assert await api.ok("getWebhookInfo") == {
        "url": "example.com",
        "has_custom_certificate": False,
        "pending_update_count": 2,
        "max_connections": 7,
        "ip_address": "<unknown>",
        "allowed_updates": ["message"],
    }
    api.telegram.clock.advance(86_401)
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 0


@pytest.mark.parametrize(("given", "really"), [({}, 40), ({"max_connections": 0}, 1), ({"max_connections": 500}, 100)])
async def test_connections_are_clamped(api: Api, given: Any, really: int) -> None:
    """To 1..100, 40 by default."""
    await api.ok("setWebhook", url="https://example.com", ip_address="8.8.8.8", **given)
    info = await api.ok("getWebhookInfo")
    assert (info["max_connections"], info["ip_address"]) == (really, "8.8.8.8")


async def test_webhooks_are_set_once_a_second(api: Api, anna: Person) -> None:
    """Setting the same again changes nothing; dropping pending updates does."""
    await api.ok("setWebhook", url="example.com")
    reply = await api("setWebhook", url="example.com")
    assert (reply.error, reply.headers["Retry-After"]) == ((429, "Too Many Requests: retry after 1"), "1")
    api.telegram.clock.advance(1)
    assert (await api("setWebhook", url="example.com")).json["description"] == "Webhook is already set"
    anna.send("x")
    api.telegram.clock.advance(1)
    await api.ok("setWebhook", url="example.com", drop_pending_updates=True)
    assert api.telegram.queue_of() == []
    assert (await api("setWebhook", url="")).json["description"] == "Webhook was deleted"
    anna.send("y")
    reply = await api("deleteWebhook", drop_pending_updates=True)
    assert reply.json["description"] == "Webhook is already deleted"
    assert api.telegram.queue_of() == []


@pytest.mark.parametrize(
    "other", [{"max_connections": 7}, {"secret_token": "new"}, {"ip_address": "8.8.8.8"}, {"url": "example.com/x"}]
)
async def test_another_setting_is_another_webhook(api: Api, other: dict[str, Any]) -> None:
    """Equal parameters change nothing, whatever is allowed; any other sets it anew."""
    await api.ok("setWebhook", url="example.com")
    api.telegram.clock.advance(1)
    same = await api("setWebhook", url="example.com", allowed_updates=["message"])
    assert same.json["description"] == "Webhook is already set"
    assert (await api.ok("getWebhookInfo"))["allowed_updates"] == ["message"]
    api.telegram.clock.advance(1)
    assert (await api("setWebhook", **{"url": "example.com", **other})).json["description"] == "Webhook was set"


async def test_a_refused_webhook_has_deleted_the_old_one(api: Api, anna: Person) -> None:
    """The old one goes first, and the waiting updates if they are to be dropped."""
    await api.ok("setWebhook", url="example.com")
    anna.send("x")
    api.telegram.clock.advance(1)
    assert await api.no("setWebhook", url="http://example.com", drop_pending_updates=True) == ONLY_HTTPS
    info = await api.ok("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("", 0)


async def test_nothing_is_delivered_without_the_switch(api: Api, anna: Person) -> None:
    """A public address is taken as it is, and nothing leaves this machine: the updates wait."""
    await api.ok("setWebhook", url="https://example.com")
    anna.send("x")
    api.telegram.clock.advance(60)
    info = await api.ok("getWebhookInfo")
    assert (info["pending_update_count"], "last_error_date" in info) == (2, False)
    assert api.telegram.deliveries() == []
