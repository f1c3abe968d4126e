"""Faults, reported to Sentry where SENTRY_DSN is set; neither the token goes out nor anything that players write.

Imported only then, as the library takes memory and time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration

from runtime import __version__
from runtime.ops.logs import OURS, Redaction
from runtime.proxy import Proxy

PAUSE = 600.0
"""Seconds before the same fault is reported again: an outage of a night is one fault."""

FAREWELL = 1.0
"""Seconds at the end for what is still to be sent."""

SPEAKING = (*OURS, "aiogram.exceptions", "aiohttp", "sqlite3")
"""Modules whose errors never quote a player; what another one says stays here."""

KEPT = {"contexts", "environment", "event_id", "exception", "extra", "level", "logentry", "logger", "platform"}
KEPT |= {"release", "sdk", "timestamp"}
"""What of an event is sent; there is no user, no host and no request in it."""


class Filter:
    """What becomes of an event before it is sent."""

    def __init__(self, redact: Redaction) -> None:
        self._redact = redact
        self._sent: dict[str, float] = {}

    def __call__(self, event: Any, _: dict[str, Any]) -> Any:
        """The event with nothing in it that must not go out, or None if the same one has just been sent."""
        fault, now = _fault(event), time.monotonic()
        if now - self._sent.get(fault, float("-inf")) < PAUSE:
            return None
        self._sent[fault] = now
        return self._scrub(_without_data({name: value for name, value in event.items() if name in KEPT}))

    def _scrub(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._redact(value)
        if isinstance(value, dict):
            return {name: self._scrub(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._scrub(each) for each in value]
        return value


def _fault(event: Any) -> str:
    """What makes two events the same fault: the line before its numbers were put in, and the kinds of error."""
    kinds = [error.get("type") for error in event.get("exception", {}).get("values", ())]
    return f"{event.get('logger')} {event.get('logentry', {}).get('message')} {kinds}"


def _without_data(event: dict[str, Any]) -> dict[str, Any]:
    """Lines of ours name no player; of other people's lines and errors only what was written by programmers is kept."""
    if not str(event.get("logger", OURS[0])).startswith(OURS):
        lines = str(event.get("logentry", {}).get("message", "")).splitlines()
        event["logentry"] = {"message": lines[0] if lines else ""}
        event.pop("extra", None)
    for error in event.get("exception", {}).get("values", ()):
        lines = str(error.get("value") or "").splitlines()
        error["value"] = lines[0] if lines and str(error.get("module")).startswith(SPEAKING) else ""
    return event


@contextmanager
def reporting(dsn: str, name: str, redact: Redaction, proxy: Proxy | None = None) -> Iterator[None]:
    """Report what the bot of this name logs as an error, as long as this lasts."""
    way = proxy.address if proxy else ""  # not what the library would read from the environment, without users
    sentry_sdk.init(
        dsn,
        release=f"{name}@{__version__}",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, sentry_logs_level=None)],
        before_send=Filter(redact),
        include_local_variables=False,
        send_default_pii=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        http_proxy=way,
        https_proxy=way,
        proxy_headers=proxy.headers if proxy else None,
    )
    try:
        yield
    finally:
        sentry_sdk.flush(FAREWELL)
