"""`python -m tests.chaos.roulette --seeds N [--first S] [--jobs J]`: pairs talk while the random chat is killed.

Whatever happens to the bot, each message of a pair that lasts reaches the partner at least once, in order, and nobody
else; it comes twice only by a SIGKILL, one for each direction at most. Beside them others change their partners, block
the bot and report each other. In the end nobody has two partners, or waits while he has one.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from emulator.state.changes import WaitError
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from emulator.state.view import NotShownError
from tests.bots.roulette.stage import FIND, FOUND, NEXT, REPORT, STOP, got
from tests.chaos.fleet import Fleet
from tests.chaos.ledger import stop
from tests.chaos.playing import play_out
from tests.chaos.seeds import Seeds
from tests.stories.harness import stored
from tests.stories.launcher import Bot, Launcher

if TYPE_CHECKING:
    from emulator.state.faults import Kind
    from emulator.state.people import Person

ADMIN, FIRST = 1, 1001
PAIRS, MOVERS = 3, 4
SECONDS = 5.0
GAP = 0.1
"""Seconds between two messages of all people together."""
PAUSES = 0.2, 2.0
"""Seconds between two deeds, at least and at most."""

SETTLING = 180.0
"""Seconds in which the repaired bot must have delivered everything; a guard."""

DEEDS = {"kill": 4, "ambush": 5, "stop": 2, "cut": 2, "fault": 6}
AMBUSHES = ("copyMessage", "copyMessage", "sendMessage", "editMessageReplyMarkup", "getUpdates", "editMessageMedia")
METHODS = ("copyMessage", "copyMessage", "editMessageReplyMarkup", "sendMessage", "getUpdates", "editMessageMedia", "*")
KINDS = ("500", "502", "reset_before", "reset_after", "reset_after", "429", "timeout_after")
BLOCK = "block"
MOVES = (NEXT, STOP, FIND, FIND, FIND, BLOCK, REPORT, REPORT)
REASONS = ("Реклама", "Оскорбления", "Просто не встречаться", "Отмена")


@dataclass
class Outcome:
    """What one run has shown."""

    seed: int
    kills: int = 0
    stops: int = 0
    faults: int = 0
    sent: int = 0
    twice: int = 0
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Run:
    """Three pairs that stay, and some people who come and go."""

    seconds: float = SECONDS
    pauses: tuple[float, float] = PAUSES
    ambushes: ClassVar[tuple[str, ...]] = AMBUSHES
    methods: ClassVar[tuple[str, ...]] = METHODS

    def __init__(self, seed: int, telegram: Telegram, make: Launcher, url: str, env_file: Path) -> None:
        self.telegram, self.outcome = telegram, Outcome(seed)
        self.dice = random.Random(f"talk {seed}")
        env = {"BOT": "roulette", "BOT_TOKEN": token(seed), "BACKUP_INTERVAL": str(self.dice.choice((0.05, 0.5, 3)))}
        self.fleet = Fleet(lambda: Bot(make, url, env_file, **env), random.Random(f"fleet {seed}"), telegram.changed)
        self.admin = telegram.person(ADMIN, first_name="Админ")
        self.people = [telegram.person(FIRST + number) for number in range(2 * PAIRS + MOVERS)]
        self.sent: dict[int, list[str]] = {person.id: [] for person in self.people}

    async def play(self) -> None:
        """The whole story; complaints are in the outcome."""
        await self.set_up()
        hosting = asyncio.create_task(self.fleet.host())
        try:
            await asyncio.gather(self.talk(), self.deeds())
            self.telegram.faults.clear()
            self.telegram.cut = False
            self.telegram.network.drop()
            await self.settle()
        finally:
            await stop(hosting)

    async def set_up(self) -> None:
        """A backup chat, and pairs that have found each other in peace."""
        bot = await self.fleet.start()
        code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
        self.admin.send(f"admin {code}")
        await self.admin.wait(lambda: len(self.admin.answers) >= 2, SETTLING)
        for person in self.people:
            person.send("/start")
        for person in self.people:
            await person.wait(lambda person=person: person.answers, SETTLING)  # type: ignore[misc]
            person.press("Мне 18, правила принимаю")
        for one, other in self.pairs():
            one.send(FIND)
            other.send(FIND)
            await one.wait(lambda one=one: FOUND in one.answers, SETTLING)  # type: ignore[misc]
        await self.telegram.wait(lambda: not self.telegram.bot().queue, SETTLING)

    def pairs(self) -> list[tuple[Person, Person]]:
        """Those who stay together."""
        stay = self.people[: 2 * PAIRS]
        return list(zip(stay[::2], stay[1::2], strict=True))

    async def talk(self) -> None:
        """People write; those who stay in no pair press buttons as well."""
        for _ in range(int(SECONDS / GAP)):
            await asyncio.sleep(GAP)
            person = self.dice.choice(self.people)
            if person in self.people[2 * PAIRS :] and self.dice.random() < 0.5:
                self.move(person)
                continue
            text = f"{person.id} {len(self.sent[person.id])}"
            self.sent[person.id].append(text)
            person.send(text)

    def move(self, person: Person) -> None:
        """Somebody who stays with nobody does something else than write."""
        move = self.dice.choice(MOVES)
        if move == BLOCK:
            person.block()
            person.unblock()
            return
        person.send(move)
        with suppress(NotShownError):  # there may be no question
            person.press(self.dice.choice(REASONS))

    async def deeds(self) -> None:
        """What befalls the bot."""
        until = time.monotonic() + self.seconds
        while time.monotonic() < until:
            await asyncio.sleep(self.dice.uniform(*self.pauses))
            deed = self.dice.choices([*DEEDS], [*DEEDS.values()])[0]
            method, kind = self.dice.choice(self.methods), self.dice.choice(KINDS)
            self.outcome.log.append(f"{time.strftime('%H:%M:%S')} {deed} {method} {kind}")
            await self.do(deed, method, kind)

    async def do(self, deed: str, method: str, kind: str) -> None:
        """One deed."""
        if deed == "kill":
            self.kill()
        elif deed == "stop":
            for bot in self.fleet.running[-1:]:
                self.fleet.stop(bot)
        elif deed == "cut":
            self.telegram.cut = True
            await asyncio.sleep(self.dice.uniform(0.1, 1.0))
            self.telegram.cut = False
        elif deed == "fault":
            value = 1 if kind == "429" else None
            self.telegram.faults.add(method, cast("Kind", kind), times=self.dice.randint(1, 3), value=value)
            self.outcome.faults += 1
        else:
            await self.ambush(self.dice.choice(self.ambushes))

    async def ambush(self, method: str) -> None:
        """Kill the bot as soon as a call of this method arrives: it takes effect, and nobody hears of it."""
        before = self.telegram.count(method)
        with suppress(WaitError):
            await self.telegram.wait(lambda: self.telegram.count(method) > before, 2.0)
            self.kill()

    def kill(self) -> None:
        """Whatever runs."""
        for bot in self.fleet.running:
            self.fleet.kill(bot)

    async def settle(self) -> None:
        """Everything arrives, is stored and confirmed; then the bot stops in good order."""
        await self.telegram.wait(lambda: not self.missing() and not self.telegram.bot().queue, SETTLING)
        bot = await self.fleet.alone(SETTLING)
        self.fleet.stop(bot)
        await self.fleet.changed.until(lambda: not bot.running, SETTLING)
        self._look_at_pairs()

    def _look_at_pairs(self) -> None:
        """What the last process has stored: a partner's partner is oneself."""
        tables = stored(self.telegram, ADMIN)["tables"]
        pairs = [dict(zip(tables["pairs"]["columns"], row, strict=True)) for row in tables["pairs"]["rows"]]
        waiting = [dict(zip(tables["searches"]["columns"], row, strict=True)) for row in tables["searches"]["rows"]]
        busy = [pair[end] for pair in pairs for end in ("a", "b")] + [search["person"] for search in waiting]
        if len(set(busy)) < len(busy):
            self.outcome.complaints.append(f"somebody is twice among {sorted(busy)}")
        together = {frozenset((pair["a"], pair["b"])) for pair in pairs}
        if apart := {frozenset((one.id, other.id)) for one, other in self.pairs()} - together:
            self.outcome.complaints.append(f"these lost each other: {apart}")

    def missing(self) -> list[str]:
        """What has not reached the partner."""
        return [
            text
            for pair in self.pairs()
            for one, other in (pair, pair[::-1])
            for text in set(self.sent[one.id]).difference(got(other))
        ]

    def state(self) -> str:
        """What is left undone, in words."""
        return f"missing {sorted(self.missing())}"

    def close(self) -> None:
        """Draw up the accounts."""
        outcome = self.outcome
        outcome.kills, outcome.stops = self.fleet.kills, self.fleet.stops
        outcome.sent = sum(map(len, self.sent.values()))
        for pair in self.pairs():
            for one, other in (pair, pair[::-1]):
                self._compare(one, other)
        self._look_for_thirds()
        outcome.complaints += self.fleet.complaints()
        for bot in self.fleet.bots:
            outcome.log += [f"-- process {bot.pid}, status {bot.status}", *bot.lines]

    def _compare(self, one: Person, other: Person) -> None:
        """All of it, in order, and not more often than kills explain."""
        arrived, sent = got(other), self.sent[one.id]
        twice = len(arrived) - len(set(arrived))
        self.outcome.twice += twice
        if list(dict.fromkeys(arrived)) != sent:
            self.outcome.complaints.append(f"of {one.id}: sent {sent}, arrived {arrived}")
        if twice > self.fleet.kills:
            self.outcome.complaints.append(f"of {one.id}: {twice} twice by {self.fleet.kills} kills: {arrived}")

    def _look_for_thirds(self) -> None:
        """Nothing goes to two people, nor back."""
        whose: dict[str, set[int]] = {}
        for person in [*self.people, self.admin]:
            for text in got(person):
                if text.split(" ")[0].isdecimal():
                    whose.setdefault(text, set()).add(person.id)
        for text, people in whose.items():
            if len(people) > 1 or int(text.split(" ")[0]) in people or ADMIN in people:
                self.outcome.complaints.append(f"{text!r} went to {people}")


COLUMNS = ("kills", "stops", "faults", "sent", "twice")


def token(seed: int) -> str:
    """A token of its own for each run."""
    return f"{9000 + seed}:TEST"


async def play(seed: int, make: Launcher, folder: Path) -> Outcome:
    """Play a seed; files go to `folder`."""
    env_file = folder / f"talk{seed}.env"
    env_file.write_text("# where the bot remembers its backup chat\n", encoding="utf-8")
    telegram = Telegram(limits=Limits() if seed % 2 else None)
    telegram.add_bot(token(seed))
    return await play_out(telegram, lambda url: Run(seed, telegram, make, url, env_file))


if __name__ == "__main__":
    sys.exit(Seeds("tests.chaos.roulette", __doc__, play, COLUMNS).main())
