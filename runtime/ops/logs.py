"""The log: one stream, one line for each event, and no token in it, whoever wrote the line.

A person at a terminal reads plain lines. Everything else (a host's log, a file, a pipe) gets JSON, an object a line.
"""

import copy
import logging
import os
import re
import sys
import warnings
from collections.abc import Collection
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Any, Literal
from urllib.parse import quote

from pythonjsonlogger.json import JsonFormatter

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

JSON = ["asctime", "levelname", "name", "message"]
"""The fields of each line, in this order; `extra` ones come after them, a traceback where there is one."""

NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "traceback", "stack_info": "stack"}

OURS = ("bots", "main", "pinstore", "runtime")
"""The rooms whose lines are this program's own: they quote nobody."""

LEAST_SECRET = 8

PAUSE = 60.0
"""Seconds before the same warning is written again."""

MOST_WARNINGS = 1_000

NO_HTTP = ("aiohttp.http_exceptions", "aiohttp.web_protocol")
"""Where aiohttp's errors about what it cannot read stand."""

_QUOTED = re.compile(r"(?<=input_value=).*?(?=, input_type=)|(?<=^Content: ).*", re.MULTILINE)
"""What pydantic and aiogram quote in their errors of the data that they could not read."""


class Redaction:
    """Takes out of a text what nobody may read: the token, as file addresses carry it, and what players wrote."""

    def __init__(self, token: str, others: Collection[str] = ()) -> None:
        """`others` are a bot's own secrets; what is too short to be one is a word like any other."""
        self._secrets = {token, quote(token, safe=""), token.replace(":", "~")}  # ~ in a folder's name on Windows
        self._others = {secret for secret in others if len(secret) >= LEAST_SECRET}

    def __call__(self, text: str) -> str:
        """The text without it."""
        for secret in self._secrets:
            text = text.replace(secret, "<BOT_TOKEN>")
        for secret in self._others:
            text = text.replace(secret, "<SECRET>")
        return _QUOTED.sub("…", text)


class Lines(logging.Formatter):
    """What a person reads."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__(TEXT)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, message and traceback, then redact."""
        return self._redact(super().format(record))


class JsonLines(JsonFormatter):
    """One object a line. A message of ours in several lines, which people copy, becomes an object for each of them."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__(JSON, rename_fields=NAMES, json_ensure_ascii=False)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines."""
        lines = record.getMessage().split("\n") if record.name.startswith(OURS) else []
        if len(lines) < 2:
            return super().format(record)
        return "\n".join(super(JsonLines, self).format(_saying(record, line)) for line in lines)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Redact every text before it is written as JSON."""
        return {name: self._redact(value) if isinstance(value, str) else value for name, value in log_data.items()}

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - logging's
        """Such as 2026-11-21T12:00:30.123+00:00."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class Seldom(logging.Filter):
    """Lets what says the same as a warning before through once a minute: hours without a network must not fill a disk.

    The next line then has a field `left_out`, the number of those in between.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        """When each warning was written, and how often it was left out since."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        if record.levelno < logging.WARNING:
            return True
        if record.name == "aiogram.dispatcher" and record.getMessage().startswith("Sleep for"):
            return False  # the line before says why
        warning, now = (record.name, record.getMessage()), record.created
        written, left_out = self._told.get(warning, (float("-inf"), 0))
        if 0 <= now - written < PAUSE:  # a clock may be set back
            self._told[warning] = (written, left_out + 1)
            return False
        if len(self._told) >= MOST_WARNINGS:
            self._told.clear()
        self._told[warning] = (now, 0)
        if left_out:
            record.left_out = left_out
        return True


class Answered(logging.Filter):
    """Leaves out what was no HTTP: aiohttp has answered, and would quote it, with a token that stands in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        error = record.exc_info[1] if record.exc_info else None
        return not (record.name == "aiohttp.server" and type(error).__module__ in NO_HTTP)


def start_log(level: str, redact: Redaction, form: Literal["auto", "json", "text"] = "auto") -> None:
    """Write to standard error from `level` on."""
    handler = logging.StreamHandler()
    is_text = form == "text" or (form == "auto" and _has_reader())
    handler.setFormatter(Lines(redact) if is_text else JsonLines(redact))
    handler.addFilter(Answered())
    handler.addFilter(Seldom())
    if not is_text and isinstance(sys.stderr, TextIOWrapper) and sys.stderr.encoding.lower() != "utf-8":
        sys.stderr.reconfigure(encoding="utf-8")  # Windows writes a pipe in its own code page
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # aiogram shows an update that it does not know, with all that is in it.
    warnings.filterwarnings("ignore", "Detected unknown update type", RuntimeWarning)
    logging.getLogger("aiogram.event").setLevel(
        max(logging.WARNING, logging.getLevelName(level))
    )  # else a line per update


def _has_reader() -> bool:
    """A terminal, or the console of PyCharm, which is none but has a person before it."""
    return sys.stderr.isatty() or "PYCHARM_HOSTED" in os.environ


def _saying(record: logging.LogRecord, line: str) -> logging.LogRecord:
    """The same record with another message."""
    other = copy.copy(record)
    other.msg, other.args = line, None
    return other
