"""Where Telegram is reached through a proxy only: all goes that way, and what fails there names the proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime.proxy import Proxies, WrongProxyError
from tests.runtime.ops.test_sentry import Sentry, listening
from tests.stories.forward import NOWHERE, Forward, forwarding
from tests.stories.harness import PATIENCE, restart, say, set_up, sign_up, until_stored
from tests.stories.playing import address, demo, ended

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

HTTP, HTTPS = f"http://{NOWHERE}", f"https://{NOWHERE}"
DEAD = "http://127.0.0.1:9"
MAIN = ("main.py",)


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[Forward]:
    """One that knows where Telegram is."""
    async with forwarding((server.host, server.port)) as proxy:
        yield proxy


@pytest.fixture
def bot(new_bot: NewBot) -> Bot:
    """A bot that cannot reach Telegram by itself."""
    return new_bot(BOT_API_URL=HTTP)


@pytest.mark.parametrize(
    "name",
    ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
)
async def test_all_goes_through_it(bot: Bot, telegram: Telegram, proxy: Forward, name: str) -> None:
    """Calls, uploads, downloads and long polls, with user and password in any letters."""
    proxy.user, proxy.password = "бот", "p@ss: слово/"
    way = {name: proxy.secret_url}
    await set_up(bot, telegram, **way)
    assert await say(await sign_up(telegram, 1001, "Анна"), "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: ("Анна", 1)})
    await restart(bot, kill=False, **way)
    assert telegram.count("download") >= 1
    assert await bot.stop() == 0
    assert proxy.served[f"POST {NOWHERE}"] >= sum(call.method != "download" for call in telegram.calls)
    assert proxy.served[f"GET {NOWHERE}"] == telegram.count("download")
    assert "слово" not in bot.output


async def test_it_may_stand_in_the_file_of_settings(bot: Bot, telegram: Telegram, proxy: Forward) -> None:
    """Beside the token; the environment wins."""
    bot.env_file.write_text(f"http_proxy={proxy.url}\n", encoding="utf-8")
    await set_up(bot, telegram)
    assert await bot.stop() == 0
    await bot.start("--check", HTTP_PROXY=DEAD)
    assert await bot.wait() == 1


async def test_reports_go_through_it(new_bot: NewBot, server: Server, telegram: Telegram) -> None:
    """Sentry may be behind the same one; it takes the password, too."""
    sentry = Sentry()
    async with listening(sentry) as dsn:
        port = int(dsn.rpartition(":")[2].split("/")[0])
        async with forwarding(("127.0.0.1", port)) as proxy:
            proxy.user, proxy.password = "user", "secret"
            bot = new_bot(SENTRY_DSN=f"http://key@{NOWHERE}/1", HTTP_PROXY=proxy.secret_url, NO_PROXY=server.host)
            await set_up(bot, telegram)
            assert await bot.stop() == 0
            telegram.faults.add("download", "error", times=6, value=(404, "Not Found"))
            await bot.start()
            await sentry.changed.until(lambda: sentry.bodies, PATIENCE)
    assert proxy.served[f"POST {NOWHERE}"] == 1
    assert proxy.refused == 0


@pytest.mark.parametrize(
    ("variables", "address", "way"),
    [
        ({}, HTTPS, None),
        ({"HTTPS_PROXY": DEAD}, HTTPS, "HTTPS_PROXY"),
        ({"HTTPS_PROXY": DEAD}, HTTP, None),
        ({"HTTPS_PROXY": DEAD}, "http://127.0.0.1:8081", None),
        ({"HTTP_PROXY": DEAD}, HTTPS, None),
        ({"HTTP_PROXY": DEAD, "NO_PROXY": "localhost,127.0.0.1"}, "http://127.0.0.1:8081", None),
        ({"HTTP_PROXY": DEAD, "NO_PROXY": "::1"}, "http://[::1]:8081", None),
        ({"HTTP_PROXY": DEAD}, "http://127.0.0.1:8081", "HTTP_PROXY"),
        ({"ALL_PROXY": DEAD}, HTTPS, "ALL_PROXY"),
        ({"ALL_PROXY": "socks5://127.0.0.1:9", "https_proxy": DEAD}, HTTPS, "https_proxy"),
        ({"HTTPS_PROXY": "http://other:1", "https_proxy": DEAD}, HTTPS, "https_proxy"),
        ({"HTTPS_PROXY": DEAD, "https_proxy": ""}, HTTPS, None),
        ({"HTTPS_PROXY": DEAD, "NO_PROXY": "*"}, HTTPS, None),
        ({"HTTPS_PROXY": DEAD, "no_proxy": "example.org, .invalid"}, HTTPS, None),
        ({"HTTPS_PROXY": DEAD, "NO_PROXY": NOWHERE + ":443"}, f"{HTTPS}:443", None),
        ({"HTTPS_PROXY": DEAD, "NO_PROXY": "gram.invalid"}, HTTPS, "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "127.0.0.1:9"}, HTTPS, "HTTPS_PROXY"),
        ({"HTTPS_PROXY": f" {DEAD}/ "}, HTTPS, "HTTPS_PROXY"),
    ],
)
def test_which_one_is_used(variables: dict[str, str], address: str, way: str | None) -> None:
    """As urllib and curl read the variables."""
    proxy = Proxies(variables).on_the_way_to(address)
    assert (proxy and str(proxy)) == (way and f"{DEAD} ({way})")


def test_the_environment_wins_over_the_file() -> None:
    """Whatever the case of the letters."""
    proxies = Proxies({"HTTPS_PROXY": DEAD}, {"https_proxy": "http://other:1", "NO_PROXY": "example.org"})
    assert str(proxies.on_the_way_to(HTTPS)) == f"{DEAD} (HTTPS_PROXY)"
    assert proxies.on_the_way_to("https://example.org") is None


@pytest.mark.parametrize(
    "value",
    [
        "nonsense",
        "http://",
        "ftp://host:1",
        "http://host",
        "http://host:99999",
        "http://ho..st:1",
        "http://host:1/page",
        "http://us:se:cret@:1",
        "http://user:se cret@host:1",
        "http://us%3Aer:secret@host:1",
        "http://user:sec/ret@host:1",
        "socks5://host:1",
    ],
)
async def test_a_wrong_one_is_one_line(bot: Bot, value: str) -> None:
    """Status 2, the variable and what to do, but not the value: it may hold a password."""
    for arguments in ((), ("--check",), ("backups",)):
        await bot.start(*arguments, HTTP_PROXY=value)
        assert await bot.wait() == 2
        (line,) = bot.lines
        assert line.startswith("HTTP_PROXY is wrong: expected the address of an HTTP proxy, http://host:port or ")
        assert ("SOCKS" in line) == value.startswith("socks")
        assert "cret" not in line.replace("user:password", "")


def test_a_wrong_one_that_is_not_needed_hurts_nobody() -> None:
    """Another variable counts, or none."""
    wrong = Proxies({"ALL_PROXY": "socks5://h:1", "HTTP_PROXY": "nonsense", "HTTPS_PROXY": DEAD})
    assert wrong.on_the_way_to(HTTPS)
    with pytest.raises(WrongProxyError):
        wrong.on_the_way_to(HTTP)


REFUSALS = [
    (407, "wants a user and a password (status 407)"),
    (403, "does not let the bot through to Telegram (status 403)"),
    (502, "does not let the bot through to Telegram (status 502)"),
]


@pytest.mark.parametrize("url", [HTTP, HTTPS])
@pytest.mark.parametrize(("status", "words"), REFUSALS)
async def test_a_refusal_names_the_proxy(bot: Bot, proxy: Forward, url: str, status: int, words: str) -> None:
    """Of a request and of a tunnel alike; by --check, by backups and in the log, and without the password."""
    proxy.status = status
    way = {f"{url.partition(':')[0].upper()}_PROXY": proxy.url, "BOT_API_URL": url}
    told = f"the proxy {proxy.url} ({next(iter(way))}) {words}"
    await bot.start("--check", **way)
    assert await bot.wait() == 1
    assert f"BAD   proxy: {told}" in bot.lines
    assert "BAD   token: not looked at, as it needs the proxy" in bot.lines
    await bot.start(**way)
    await bot.wait_line(f"getMe failed and is repeated: {told}".replace("(", r"\(").replace(")", r"\)"))
    assert await bot.stop() == 0


@pytest.mark.parametrize("url", [HTTP, HTTPS])
async def test_a_wrong_password_is_told_and_not_shown(bot: Bot, proxy: Forward, url: str) -> None:
    """It is in no line."""
    proxy.user, proxy.password = "user", "right"
    wrong = proxy.secret_url.replace("right", "wr0ng")
    await bot.start("--check", ALL_PROXY=wrong, BOT_API_URL=url)
    assert await bot.wait() == 1
    told = f"the proxy {proxy.url} (ALL_PROXY) refuses the user and password of its address (status 407)"
    assert f"BAD   proxy: {told}" in bot.lines
    assert "wr0ng" not in bot.output


@pytest.mark.parametrize("url", [HTTP, HTTPS])
async def test_a_dead_one_is_named(bot: Bot, url: str) -> None:
    """Not Telegram is out of reach, but the proxy."""
    await bot.start("--check", ALL_PROXY=DEAD, BOT_API_URL=url)
    assert await bot.wait() == 1
    assert any(line.startswith(f"BAD   proxy: the proxy {DEAD} (ALL_PROXY) cannot be reached: ") for line in bot.lines)


async def test_a_good_one_is_named_by_check(bot: Bot, telegram: Telegram, proxy: Forward) -> None:
    """Without its password."""
    proxy.user, proxy.password = "user", "secret"
    way = {"HTTP_PROXY": proxy.secret_url}
    await set_up(bot, telegram, **way)
    assert await bot.stop() == 0
    await bot.start("--check", **way)
    assert await bot.wait() == 0
    assert bot.lines[0] == f"good  proxy: {proxy.url} (HTTP_PROXY)"
    assert "secret" not in bot.output


async def test_a_proxy_that_comes_back_is_waited_for(bot: Bot, telegram: Telegram, proxy: Forward) -> None:
    """As the network is: nothing has to be started again."""
    proxy.status = 407
    await bot.start(HTTP_PROXY=proxy.url)
    await bot.wait_line("wants a user and a password")
    proxy.status = 0
    await set_up(bot, telegram)


async def test_what_speaks_tls_gets_a_tunnel(bot: Bot, proxy: Forward) -> None:
    """CONNECT for https; what comes out at the other end is no TLS here, which is not the proxy's fault."""
    await bot.start("--check", HTTPS_PROXY=proxy.url, BOT_API_URL=HTTPS)
    assert await bot.wait() == 1
    assert set(proxy.served) == {f"CONNECT {NOWHERE}"}
    assert f"by way of the proxy {proxy.url} (HTTPS_PROXY)" in bot.output


async def test_the_demo_needs_none(tmp_path: Path) -> None:
    """Its Telegram is on this machine, whatever the variables say."""
    dead = dict.fromkeys(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"], DEAD)
    process = demo(tmp_path, "--port", "0", "--demo", program=MAIN, **dead)
    await process.start()
    await address(process)
    assert await process.stop(30) == 0
    assert await ended(process) == 0
