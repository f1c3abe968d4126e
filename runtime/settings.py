"""The environment and `.env`, checked once at the start."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from dotenv import dotenv_values
from pydantic import AnyHttpUrl, Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.proxy import Proxies, Proxy, WrongProxyError
from runtime.values import EXPECTED, MAX_ID, DatabaseUrl, Dsn, PortNumber, ServerUrl, Token, WebhookUrl, Word, bare
from runtime.webhook.address import is_taken_by
from runtime.webhook.secret import derived

BULK = 30
"""Messages a second that Telegram allows over all chats (core.telegram.org/bots/faq); answers may be more."""

_A_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")


class SettingsError(Exception):
    """A setting is wrong; the message is one line that names the variable and what is expected."""


class Settings(BaseSettings):
    """What a developer may set, in the environment or in the file beside `main.py`; the environment wins."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        env_file_encoding="utf-8-sig",  # Notepad on Windows writes a byte order mark
        extra="ignore",
        hide_input_in_errors=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _strip(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A file with CRLF that a shell or a host has read leaves white space round a value, and Docker its quotes."""
        stripped = {name: bare(value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    expected: ClassVar[Mapping[str, str]] = EXPECTED
    """What each variable should be; a bot with variables of its own adds them."""

    bot: str | None = None
    bot_token: Token | None = None
    admin_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    config_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    backup_interval: Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)] = 30.0
    bot_api_url: ServerUrl = AnyHttpUrl("https://api.telegram.org")
    database_url: DatabaseUrl | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    durability: Literal["exact", "interval"] = "exact"
    history: Annotated[str, Field(pattern=r"^([01]?\d|2[0-4])h ([01]?\d|2[0-4])d$")] = "24h 7d"
    messages_per_second: Annotated[int, Field(ge=1, le=1000)] = BULK
    answers_per_second: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = "auto"
    log_format: Literal["auto", "json", "text"] = "auto"
    metrics_port: PortNumber | None = None
    port: PortNumber | None = None
    sentry_dsn: Dsn | None = None
    webhook_url: WebhookUrl | None = None
    webhook_port: PortNumber | None = None
    webhook_secret: Word | None = None
    webhook_connections: Annotated[int, Field(ge=1, le=100)] = 100

    _proxies: Proxies = PrivateAttr(default_factory=Proxies)

    @property
    def proxy(self) -> Proxy | None:
        """The proxy on the way to the Bot API server."""
        return self._proxies.on_the_way_to(str(self.bot_api_url))

    @property
    def reports_proxy(self) -> Proxy | None:
        """The proxy on the way to Sentry."""
        return self._proxies.on_the_way_to(self.sentry_dsn.get_secret_value()) if self.sentry_dsn else None

    def find_proxies(self, env_file: Path) -> None:
        """Learn what the environment and `env_file` say of proxies. Raises WrongProxyError if a bot would need it."""
        self._proxies = Proxies.read(env_file)
        if self.bot_token:
            _ = self.proxy, self.reports_proxy

    @property
    def token(self) -> str:
        """The token as text; call it only where Telegram is addressed."""
        if self.bot_token is None:
            raise missing_token()
        return self.bot_token.get_secret_value()

    @property
    def secrets(self) -> Collection[str]:
        """What is to be told to nobody, the token among them."""
        kept = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        return [*kept, *_passwords(self.database_url), *([self.secret_word] if self.bot_token else ())]

    @property
    def secret_word(self) -> str:
        """The word by which a webhook knows Telegram, alike in all replicas."""
        return self.webhook_secret.get_secret_value() if self.webhook_secret else derived(self.token)

    @property
    def meaningless(self) -> Sequence[str]:
        """What is set and has no meaning, as the tables are on a server."""
        told = {"backup_interval", "history", "config_id"} & self.model_fields_set if self.database_url else ()
        return sorted(name.upper() for name in told)

    @property
    def pace(self) -> tuple[int, bool]:
        """Messages a second with which answers begin, and whether they may become more.

        Whoever has set MESSAGES_PER_SECOND alone to less than is usual means to hold back whatever the bot sends.
        """
        if self.answers_per_second != "auto":
            return self.answers_per_second, False
        is_told = "answers_per_second" in self.model_fields_set
        return (BULK, True) if is_told else (self.messages_per_second, self.messages_per_second >= BULK)

    @property
    def receives_at(self) -> tuple[str, int] | None:
        """The port at which updates are received after the name of its variable; None for who polls."""
        ports = {"WEBHOOK_PORT": self.webhook_port, "PORT": self.port} if self.webhook_url else {}
        return next(((name, port) for name, port in ports.items() if port), None)

    def check_webhook(self) -> None:
        """Raises SettingsError where one of its variables does not go with the others."""
        if self.webhook_url is None:
            return
        if self.database_url is None:
            raise SettingsError(f"WEBHOOK_URL is set without DATABASE_URL: expected {EXPECTED['DATABASE_URL']}.")
        if not is_taken_by(self.bot_api_url.host, self.webhook_url):
            raise SettingsError(f"WEBHOOK_URL is wrong: expected {EXPECTED['WEBHOOK_URL']}.")
        if self.receives_at is None:
            raise SettingsError(f"WEBHOOK_PORT is not set: expected {EXPECTED['WEBHOOK_PORT']}.")

    @property
    def watched_at(self) -> tuple[str, int] | None:
        """The port of /healthz and /metrics after the name of its variable; None without one.

        It is never the one at which updates are received.
        """
        port = None if self.receives_at == ("PORT", self.port) else self.port
        ports = {"METRICS_PORT": self.metrics_port, "PORT": port}
        return next(((name, port) for name, port in ports.items() if port), None)


def _passwords(url: SecretStr | None) -> Collection[str]:
    """As they stand in the address of a database, and as they are."""
    if url is None:
        return []
    address = urlsplit(url.get_secret_value())
    held = address.netloc.rpartition("@")[0].partition(":")[2]
    given = parse_qs(address.query).get("password", [])
    return [word for one in (held, *given) for word in (one, unquote(one)) if word]


def missing_token() -> SettingsError:
    """What to say where a token is needed."""
    return SettingsError(f"BOT_TOKEN is not set: expected {EXPECTED['BOT_TOKEN']}.")


def misnamed_token(env_file: Path) -> SettingsError | None:
    """What to say if a token stands under another name: whoever has set it means to run a bot."""
    known = {**dotenv_values(env_file, encoding="utf-8-sig"), **os.environ}
    for name, value in known.items():
        if "TOKEN" in name.upper() and name.upper() != "BOT_TOKEN" and _A_TOKEN.fullmatch((value or "").strip()):
            return SettingsError(f"BOT_TOKEN is not set, but {name} is: give it the name BOT_TOKEN.")
    return None


def read_settings(env_file: Path, kind: type[Settings] = Settings) -> Settings:
    """Read the environment over `env_file`. Raises SettingsError with one line for the first wrong variable."""
    try:
        if env_file.exists() and not env_file.is_file():
            raise SettingsError(f"{env_file.name} cannot be read: expected a file, and it is a folder.")
        settings = kind(_env_file=env_file)
        settings.find_proxies(env_file)
        settings.check_webhook()
    except WrongProxyError as error:
        raise SettingsError(str(error)) from None
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0]).upper()
        raise SettingsError(f"{name} is wrong: expected {kind.expected[name]}.") from None
    except OSError as error:
        raise SettingsError(f"{env_file.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{env_file.name} cannot be read: expected a text file in UTF-8.") from None
    return settings
