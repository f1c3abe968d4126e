"""The environment and `.env`, checked once at the start."""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from string import whitespace
from typing import Annotated, Any, ClassVar, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, AnyHttpUrl, Field, PrivateAttr, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.proxy import Proxies, Proxy, WrongProxyError

MAX_ID = 2**52
"""Telegram promises ids of at most 52 significant bits (Bot API, `Chat.id`)."""

BULK = 30
"""Messages a second that Telegram allows over all chats (core.telegram.org/bots/faq); answers may be more."""

EXPECTED = {
    "BOT": "the name of a bot, see --help",
    "BOT_TOKEN": "the token from BotFather, digits:letters",
    "ADMIN_ID": "the number that the bot sent as admin_id",
    "CONFIG_ID": "the number that the bot sent as config_id, 1 or more",
    "BACKUP_INTERVAL": "seconds between saves, a number above 0 and at most 86400",
    "BOT_API_URL": "the address of a Bot API server, http://… or https://…",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "DURABILITY": "exact or interval",
    "HISTORY": "hours and days that copies are kept, such as 24h 7d, at most 24 of each",
    "MESSAGES_PER_SECOND": "a whole number from 1 to 1000",
    "ANSWERS_PER_SECOND": "auto, or a whole number from 1 to 1000",
    "LOG_FORMAT": "auto, json or text",
    "METRICS_PORT": "a port for /healthz and /metrics, 1 to 65535",
    "PORT": "a port for /healthz and /metrics, 1 to 65535",
    "SENTRY_DSN": "the address of a project at Sentry, https://key@host/number",
}


_A_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")


class SettingsError(Exception):
    """A setting is wrong; the message is one line that names the variable and what is expected."""


def _bare(value: str) -> str:
    """A value without what is round it."""
    text = value.strip(f"{whitespace}\ufeff")
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if is_quoted else text


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[^\s/]+", value.get_secret_value()):
        raise ValueError("not a token")
    return value


def _dsn(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^/@\s]+@[\w.-]+(:\d{1,5})?/(\S*/)?\d+", value.get_secret_value()):
        raise ValueError("not a project's address")
    return value


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
        bare = {name: _bare(value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in bare.items() if value != ""}

    expected: ClassVar[Mapping[str, str]] = EXPECTED
    """What each variable should be; a bot with variables of its own adds them."""

    bot: str | None = None
    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    admin_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    config_id: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    backup_interval: Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)] = 30.0
    bot_api_url: AnyHttpUrl = AnyHttpUrl("https://api.telegram.org")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    durability: Literal["exact", "interval"] = "exact"
    history: Annotated[str, Field(pattern=r"^([01]?\d|2[0-4])h ([01]?\d|2[0-4])d$")] = "24h 7d"
    messages_per_second: Annotated[int, Field(ge=1, le=1000)] = BULK
    answers_per_second: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = "auto"
    log_format: Literal["auto", "json", "text"] = "auto"
    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    sentry_dsn: Annotated[SecretStr, AfterValidator(_dsn)] | None = None

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
        return [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]

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
    def watched_at(self) -> tuple[str, int] | None:
        """The port of /healthz and /metrics after the name of its variable; None without one."""
        ports = {"METRICS_PORT": self.metrics_port, "PORT": self.port}
        return next(((name, port) for name, port in ports.items() if port), None)


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
