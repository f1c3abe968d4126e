"""The one-time code: whose word counts while there is no backup chat."""

import asyncio
import hmac
import logging
import secrets

log = logging.getLogger(__name__)


class Code:
    """The chat that the settings name, or whoever knows the code from the log, may become the backup chat."""

    def __init__(self, chat_id: int | None) -> None:
        self._chat_id = chat_id
        self.word = secrets.token_hex(5)
        self.lock = asyncio.Lock()
        """Held while somebody is being listened to: the first one is adopted."""

    def accepts(self, chat_id: int, code: str) -> bool:
        """Tell whether this chat may become the backup chat."""
        return chat_id == self._chat_id or hmac.compare_digest(code.encode(), self.word.encode())

    def announce(self) -> None:
        """Print the way to set the bot up."""
        if self._chat_id is None:
            log.warning(
                "The bot has no backup chat yet. Open it in Telegram and send: admin %s (a one-time code)", self.word
            )
        else:
            log.warning("Nothing is stored in the chat of ADMIN_ID yet. Open the bot there and send: admin")


def read_admin(text: str | None) -> str | None:
    """The code of `admin {code}`, "" for `admin` alone, None for any other text; phones write a first letter large."""
    word, _, code = (text or "").strip().partition(" ")
    return code.strip() if word.lower() == "admin" else None
