"""Telegram's flood limits: how often a bot may send and edit."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Limits:
    """Messages and edits a second per chat with a burst, a second overall, a minute in groups and channels.

    Sources: core.telegram.org/bots/faq; edits share the limits with sends (tdlib/td issues 2592 and 3034).
    Burst and overall bucket are assumed. Thirty a second in all are promised to bulk messages, and answers may be more
    (tdlib/telegram-bot-api #570), nobody tells how many: so that one is a switch, None for none. `equal_uploads`
    switches the spacing of uploads of exactly equal size.
    """

    per_chat: float = 1.0
    burst: int = 3
    overall: float | None = 30.0
    group_per_minute: int = 20
    equal_uploads: bool = True


@dataclass
class Bucket:
    """A bucket of `size` permits that fills at `rate` a second."""

    rate: float
    size: float
    level: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.size

    def missing(self, now: float) -> float:
        """Seconds until there is a permit, 0 if there is one."""
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 - 1e-9 else (1 - self.level) / self.rate


class Pace:
    """What one bot has sent lately, against the limits."""

    def __init__(self) -> None:
        self._overall: Bucket | None = None
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, deque[float]] = {}

    def take(self, limits: Limits, chat_id: int, now: float, count: int = 1) -> float:
        """Take permits for messages to this chat; returns seconds to wait instead if there is none.

        An album may begin as soon as there is one permit and is paid for afterwards (assumed); but not in a group,
        where all of its messages must fit into the minute.
        """
        overall = self._overall_of(limits, now)
        bucket = self._chats.get(chat_id)
        if bucket is None:
            bucket = self._chats[chat_id] = Bucket(limits.per_chat, limits.burst, at=now)
        wait = max(overall.missing(now) if overall else 0.0, bucket.missing(now))
        if chat_id < 0:
            wait = max(wait, self._missing_in_group(limits, chat_id, now, count))
        if wait > 0:
            return wait
        if overall:
            overall.level -= count
        bucket.level -= count
        if chat_id < 0:
            self._groups[chat_id].extend([now] * count)
        return 0.0

    def _overall_of(self, limits: Limits, now: float) -> Bucket | None:
        """The bucket of all chats, a full one if the limit is another one now."""
        if limits.overall is None:
            self._overall = None
        elif self._overall is None or self._overall.rate != limits.overall:
            self._overall = Bucket(limits.overall, max(1.0, limits.overall), at=now)
        return self._overall

    def _missing_in_group(self, limits: Limits, chat_id: int, now: float, count: int) -> float:
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        over = min(len(sent), len(sent) + count - limits.group_per_minute)
        return sent[over - 1] + 60 - now if over > 0 else 0.0


class UploadLine:
    """Uploads whose total size is exactly equal stand in line.

    Source: tdlib/telegram-bot-api, Client.cpp, on_cmd (last_send_message_time_).
    """

    SMALL = 100_000
    CREDIT = 1.0
    LONGEST = 5.0

    def __init__(self) -> None:
        self._last: dict[int, float] = {}

    def delay(self, size: int, now: float) -> float | None:
        """Seconds this upload must wait; None if the line is too long and it is refused."""
        if size <= self.SMALL:
            return 0.0
        last = self._last.get(size, 0.0)
        if last > now + self.LONGEST:
            return None
        space = min(max(size * 1e-7, 0.2), 0.9)
        self._last[size] = max(last + space, now - self.CREDIT)
        return max(0.0, self._last[size] - now)
