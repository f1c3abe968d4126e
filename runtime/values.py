"""Values of settings: what each has to be, in words and as a check."""

import re
from string import whitespace
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr

from runtime.hosts import require_name
from runtime.webhook.address import is_address
from runtime.webhook.secret import is_word

MAX_ID = 2**52
"""Telegram promises ids of at most 52 significant bits (Bot API, `Chat.id`)."""

EXPECTED = {
    "BOT": "the name of a bot, see --help",
    "BOT_TOKEN": "the token from BotFather, digits:letters",
    "ADMIN_ID": "the number that the bot sent as admin_id",
    "CONFIG_ID": "the number that the bot sent as config_id, 1 or more",
    "BACKUP_INTERVAL": "seconds between saves, a number above 0 and at most 86400",
    "BOT_API_URL": "the address of a Bot API server, http://… or https://…",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "DATABASE_URL": "the address of a PostgreSQL server, postgresql://user:password@host:port/database",
    "DURABILITY": "exact or interval",
    "HISTORY": "hours and days that copies are kept, such as 24h 7d, at most 24 of each",
    "MESSAGES_PER_SECOND": "a whole number from 1 to 1000",
    "ANSWERS_PER_SECOND": "auto, or a whole number from 1 to 1000",
    "LOG_FORMAT": "auto, json or text",
    "METRICS_PORT": "a port for /healthz and /metrics, 1 to 65535",
    "PORT": "a port for /healthz and /metrics, 1 to 65535",
    "SENTRY_DSN": "the address of a project at Sentry, https://key@host/number",
    "WEBHOOK_URL": "the address under which Telegram reaches this bot, https://… at port 443, 80, 88 or 8443",
    "WEBHOOK_PORT": "a port at which updates are received, 1 to 65535",
    "WEBHOOK_SECRET": "1 to 256 of the characters A-Z, a-z, 0-9, _ and -",
    "WEBHOOK_CONNECTIONS": "a whole number from 1 to 100",
}
"""What each variable should be, for whoever has set it to something else."""


def bare(value: str) -> str:
    """A value without what is round it."""
    text = value.strip(f"{whitespace}\ufeff")
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if is_quoted else text


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[^\s/]+", value.get_secret_value()):
        raise ValueError("not a token")
    return value


def _word(value: SecretStr) -> SecretStr:
    if not is_word(value.get_secret_value()):
        raise ValueError("not a secret of a webhook")
    return value


def _dsn(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^/@\s]+@[\w.-]+(:\d{1,5})?/(\S*/)?\d+", value.get_secret_value()):
        raise ValueError("not a project's address")
    return value


def _database(value: SecretStr) -> SecretStr:
    """Libpq's form (PostgreSQL, Connection URIs); what is in it is the server's to refuse."""
    try:
        address = urlsplit(value.get_secret_value())
    except ValueError:
        raise ValueError("not an address") from None
    if address.scheme not in ("postgresql", "postgres") or not (address.netloc or parse_qs(address.query)):
        raise ValueError("not PostgreSQL's address")
    if "@" not in address.netloc and ("@" in address.path or address.fragment):
        raise ValueError("not all of a password")
    ports, hosts = (",".join(parse_qs(address.query).get(name, ())).split(",") for name in ("port", "host"))
    for host in hosts:
        if host and host[0] not in "/@":  # else a socket of this machine
            require_name(host)
    if not all(map(_is_host, [*address.netloc.rpartition("@")[2].split(","), *(f":{port}" for port in ports)])):
        raise ValueError("not a port")
    return value


def _is_host(host: str) -> bool:
    """Whether it has a port, or none: what else stands there is half of a password with a slash in it, most likely."""
    found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::(\d{0,5}))?", host, re.ASCII)
    if found and found[1] and "%" not in found[1]:  # else it is a socket of this machine
        require_name(found[1])
    return found is not None and 0 < int(found[2] or 1) < 65536


def _server(value: AnyHttpUrl) -> AnyHttpUrl:
    require_name(value.host)
    return value


def _webhook(value: str) -> str:
    if not is_address(value):
        raise ValueError("not the address of a webhook")
    return value


Token = Annotated[SecretStr, AfterValidator(_token)]
Word = Annotated[SecretStr, AfterValidator(_word)]
Dsn = Annotated[SecretStr, AfterValidator(_dsn)]
ServerUrl = Annotated[AnyHttpUrl, AfterValidator(_server)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
WebhookUrl = Annotated[str, AfterValidator(_webhook)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]
