"""The log: one stream, and no token in it, whoever wrote the line."""

import logging
from urllib.parse import quote

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class Redacting(logging.Formatter):
    """Replaces the token in messages and tracebacks: file addresses and connection errors carry it."""

    def __init__(self, token: str) -> None:
        super().__init__(FORMAT)
        self._secrets = {token, quote(token, safe="")}

    def format(self, record: logging.LogRecord) -> str:
        """Format as usual, then take the token out."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "<BOT_TOKEN>")
        return line


def start_log(level: str, token: str) -> None:
    """Write to standard error from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(token))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("aiogram.event").setLevel(
        max(logging.WARNING, logging.getLevelName(level))
    )  # else a line per update
