"""The settings of a webhook: what does not go together is told in one line that names the variable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from runtime.settings import Settings, SettingsError, read_settings
from tests.stories.launcher import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URL = "https://bot.example/hook"
GOOD = {"BOT_TOKEN": TOKEN, "DATABASE_URL": "postgresql://u:p@h/d", "WEBHOOK_URL": URL, "PORT": "8080"}
OWN = "http://127.0.0.1:8081"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    """Reads these settings, "" unset."""

    def done(**env: str) -> Settings:
        for name, value in {**GOOD, **env}.items():
            monkeypatch.setenv(name, value)
        return read_settings(tmp_path / "none.env")

    return done


@pytest.mark.parametrize(
    ("env", "begins"),
    [
        ({"DATABASE_URL": ""}, "WEBHOOK_URL is set without DATABASE_URL: expected "),
        ({"PORT": ""}, "WEBHOOK_PORT is not set: expected "),
        *(
            ({"WEBHOOK_URL": url}, "WEBHOOK_URL is wrong: expected ")
            for url in (
                "ftp://bot.example/hook",
                "bot.example/hook",
                "https://",
                "https:///hook",
                "https://user:secret@bot.example/hook",
                "https://bot.example/hook#part",
                "https://bot.example/{hook}",
                "https://bot.example/healthz",
                "https://bot.example/a b",
                "https://bot..example/hook",
                "https://bot.example:0/hook",
                "https://bot.example:99999/hook",
                "http://bot.example/hook",
                "http://bot.example:80/hook",
                "https://bot.example:8080/hook",
            )
        ),
        *(
            ({"DATABASE_URL": url}, "DATABASE_URL is wrong: expected ")
            for url in (
                "mysql://u:secret@h/d",
                "postgresql:d",
                "postgresql://u:secret@h:port/d",
                "postgresql://u:secret@h:70000/d",
                "postgresql://u:secret@h:0/d",
                "postgresql://u:secret@h:1,other:2x/d",
                "postgresql://u:secret@h/d?port=5432,x",
                "postgresql://u:sec/ret@host/d",  # what is special in a password is written in another way there
                "postgresql://u:1234/secret@host/d",
                "postgresql://u:1234#secret@host/d",
                "postgresql://u:sec?ret@host/d",
                "postgresql://u:secret@[::1/d",
            )
        ),
        *(({"WEBHOOK_PORT": port}, "WEBHOOK_PORT is wrong: ") for port in ("0", "65536", "x")),
        *(({"WEBHOOK_SECRET": word}, "WEBHOOK_SECRET is wrong: ") for word in ("a b", "слово", "x" * 257, "a:b")),
        *(({"WEBHOOK_CONNECTIONS": number}, "WEBHOOK_CONNECTIONS is wrong: ") for number in ("0", "101", "many")),
    ],
)
def test_a_wrong_one_is_named(read: Callable[..., Settings], env: dict[str, str], begins: str) -> None:
    """In one line, in which what was given does not stand."""
    with pytest.raises(SettingsError, match=f"^{re.escape(begins)}[^\n]*$") as told:
        read(**env)
    assert not [value for value in env.values() if len(value) > 10 and value in str(told.value)]
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@h/d",
        "postgresql://u:a%2Fb%40%3A%23%3F%25@h:5432/d?sslmode=verify-full",
        "postgresql://u@h1,h2:5433,[::1]:5434/d",
        "postgresql://u@h1,h2/d?port=5432,5433",
        "postgresql:///d?host=/run/postgresql&user=u",
        "postgresql://u@%2Frun%2Fpostgresql/d",
        "postgresql://h?user=u&password=a@b",
        "postgresql://u:p@[fe80::1%25eth0]:5432/d",
    ],
)
def test_addresses_of_a_server_in_all_their_forms(read: Callable[..., Settings], url: str) -> None:
    """What is in them is the server's to refuse."""
    settings = read(DATABASE_URL=url)
    assert settings.database_url
    assert settings.database_url.get_secret_value() == url
    assert url not in repr(settings)


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_telegrams_own_server_takes_these_ports(read: Callable[..., Settings], port: str) -> None:
    """By https."""
    settings = read(WEBHOOK_URL=f"https://bot.example{port}/hook")
    assert settings.receives_at == ("PORT", 8080)


def test_a_server_of_ones_own_takes_any(read: Callable[..., Settings]) -> None:
    """Also plain http."""
    assert read(WEBHOOK_URL="http://10.0.0.7:9000/hook", BOT_API_URL=OWN).webhook_url


def test_ports_and_secrets(read: Callable[..., Settings]) -> None:
    """Numbers are never shown where updates are received; the secret is the same in all replicas and is kept."""
    settings = read()
    assert (settings.receives_at, settings.watched_at) == (("PORT", 8080), None)
    assert settings.secret_word in settings.secrets
    assert settings.secret_word == read().secret_word
    settings = read(WEBHOOK_PORT="8081", WEBHOOK_SECRET="given")
    assert (settings.receives_at, settings.watched_at) == (("WEBHOOK_PORT", 8081), ("PORT", 8080))
    assert settings.secret_word == "given"
    settings = read(METRICS_PORT="9100")
    assert settings.watched_at == ("METRICS_PORT", 9100)
    assert (settings.webhook_connections, read(WEBHOOK_URL="").receives_at) == (100, None)
