"""When one chat may have its next message, and which of those that it waits for."""

from asyncio import TimerHandle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from runtime.outbox.answer import LONGEST, Answer, Key, Turn
from runtime.outbox.bucket import Bucket

BURST, BURST_PERIOD = 3, 3.15
"""One message a second per chat with a burst of three (core.telegram.org/bots/faq), and 5 % for uneven networks."""

GROUP_BURST, GROUP_PERIOD = 5, 20.0
"""Five messages in a group at once and then one in four seconds: twenty in whatever minute."""

SHARED_PERIOD = 4.5
"""The same burst in the backup chat, where a save every three seconds takes a third."""

AGAIN = 1.02
"""Seconds between two answers of a kind to one chat: at most sixty-one go out from one minute's taps."""

KINDS = 10
"""Answers that a line holds for each topic; players know fewer kinds of them."""


@dataclass(slots=True)
class Line:
    """The answers that one chat waits for, by kind and topic, in each topic oldest first."""

    paces: Sequence[Bucket]
    waiting: dict[Key, Answer] = field(default_factory=dict)
    is_moving: bool = False
    """True from the first answer until none is left."""
    resting: TimerHandle | None = None
    """What ends the rest of a line in which nothing waits but notices whose time has not come."""
    failures: int = 0
    _sent: dict[Key, float] = field(default_factory=dict)
    """When answers of a kind went out, those of the last second."""

    @property
    def rested_at(self) -> float:
        """From when on nothing is to be remembered of it, unless it moves."""
        return max([pace.empty_at for pace in self.paces])

    def add(self, answer: Answer, now: float) -> None:
        """Put an answer at the end, instead of one of its kind; if its topic is full, the last two become one."""
        answer.since = now
        self._leave_out(answer)
        older = self.waiting.pop(answer.key, None)
        if older:
            answer = _merged(answer, older)
        elif self.waiting and not answer.stands_alone:
            mates = [key for key, mate in self.waiting.items() if key[1] == answer.thread and not mate.stands_alone]
            if len(mates) >= KINDS:
                last = self.waiting.pop(mates[-1])
                answer.text, answer.since = f"{last.text}\n\n{answer.text}"[-LONGEST:], last.since
        self.waiting[answer.key] = answer

    def _leave_out(self, answer: Answer) -> None:
        """Make room for an answer of which only so many may wait."""
        if answer.most:
            mates = [
                key for key, mate in self.waiting.items() if type(mate) is type(answer) and key[1] == answer.thread
            ]
            for key in mates[: max(0, len(mates) + 1 - answer.most)]:
                del self.waiting[key]

    def next(self, now: float) -> Answer:
        """The answer whose turn it is: the first of the topic that waits longest, as one topic may be livelier.

        Notices whose time has not come let others go before.
        """
        if len(self.waiting) == 1:
            return next(iter(self.waiting.values()))
        firsts, notices = dict[int | None, Answer](), list[Answer]()
        for answer in self.waiting.values():
            if answer.is_notice and answer.not_before > now:
                notices.append(answer)
            else:
                firsts.setdefault(answer.thread, answer)
        return min(firsts.values() or notices, key=lambda first: first.since)

    def pause(self, answer: Answer, now: float) -> float:
        """Seconds before it makes sense to look again whether this one, which is the next, may go out; 0 if it may."""
        last = self._sent.get(answer.key)
        due = answer.not_before if last is None else max(answer.not_before, last + AGAIN)
        return max(0.0, *[pace.room_at() - now for pace in self.paces], due - now)

    def take(self, now: float) -> Answer:
        """The next answer, which goes out now."""
        self.charge(1, now)
        answer = self.waiting.pop(self.next(now).key)
        self._sent = {key: at for key, at in self._sent.items() if at > now - AGAIN}
        self._sent[answer.key] = now
        return answer

    def charge(self, count: int, now: float) -> None:
        """So many messages go out, or have gone out with the last answer: an album may begin when one may."""
        for pace in self.paces:
            pace.add(count, now)

    def give_back(self, answer: Answer) -> None:
        """Put an answer, or a part of it, that has not gone out before all others, or into what is newer."""
        newer = self.waiting.get(answer.key)
        if newer:
            self.waiting[answer.key] = _merged(newer, answer)
        else:
            self.waiting = {answer.key: answer, **self.waiting}

    def clear(self) -> None:
        """Forget all answers; whoever waits for a turn hears from Telegram what became of it."""
        for answer in self.waiting.values():
            if isinstance(answer, Turn):
                answer.has_come.set()
        self.waiting.clear()

    def give_up(self, turn: Turn) -> None:
        """Let whoever waits for this turn do something else."""
        if self.waiting.get(turn.key) is turn:
            del self.waiting[turn.key]
        turn.is_held_up = True
        turn.has_come.set()

    def forgive(self, answer: Answer) -> None:
        """The answer has not gone out, so the next of its kind need not wait for a second."""
        self._sent.pop(answer.key, None)


class Lines(dict[int, Line]):
    """The line of each chat, for as long as something is to be remembered of it."""

    def __init__(self, is_shared: Callable[[int], bool]) -> None:
        """`is_shared` tells in which chat saves happen as well."""
        super().__init__()
        self._is_shared = is_shared
        self._still: list[tuple[float, int]] = []
        """A heap of chats that wait for nothing, and of when nothing is to be remembered of them any more."""

    def of(self, chat_id: int, now: float) -> Line:
        """A chat's line, which may be a new one."""
        while self._still and self._still[0][0] <= now:
            self._forget(heappop(self._still)[-1], now)
        line = self.get(chat_id)
        if line is None:
            line = self[chat_id] = new_line(chat_id, is_shared=self._is_shared(chat_id))
        return line

    def rest(self, chat_id: int) -> None:
        """A chat waits for nothing any more."""
        heappush(self._still, (self[chat_id].rested_at, chat_id))

    def _forget(self, chat_id: int, now: float) -> None:
        line = self.get(chat_id)
        if line and not line.is_moving and line.rested_at <= now:
            del self[chat_id]


def new_line(chat_id: int, *, is_shared: bool) -> Line:
    """A line for a chat, which may be shared with saves; groups and channels have negative ids (Bot API, Chat)."""
    chat = Bucket(BURST, SHARED_PERIOD if is_shared else BURST_PERIOD)
    return Line((chat,) if chat_id > 0 else (chat, Bucket(GROUP_BURST, GROUP_PERIOD)))


def _merged(newer: Answer, older: Answer) -> Answer:
    answer = newer.over(older)
    answer.since = older.since
    return answer
