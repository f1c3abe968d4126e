"""The word by which Telegram is known from strangers: given, or derived from the token, so alike in all replicas."""

import hashlib
import hmac
import re

_WORD = re.compile(r"[A-Za-z0-9_-]{1,256}\Z", re.ASCII)
_PURPOSE = b"webhook secret"


def is_word(text: str) -> bool:
    """Whether Telegram takes it: 1 to 256 of A-Z, a-z, 0-9, _ and - (Bot API, setWebhook)."""
    return _WORD.match(text) is not None


def derived(token: str) -> str:
    """The word of a bot to which none was given; the token can't be told from it."""
    return hmac.new(token.encode(), _PURPOSE, hashlib.sha256).hexdigest()


def is_same(said: str, word: str) -> bool:
    """Whether the word was said; how long this takes says nothing about it."""
    return hmac.compare_digest(said.encode("utf-8", "surrogateescape"), word.encode())
