"""`python -m tests.chaos.broadcasting --seeds N [--first S] [--jobs J]`: broadcasts under kills, lost answers, buttons.

Each seed draws players, some of whom block the bot, tap or sign up meanwhile, and what happens at which copy. In the
end everybody must have got exactly one copy, but for those to whom none gets through, and the admin must read the right
numbers.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from emulator.http.server import serve
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from emulator.state.view import NotShownError
from tests.chaos.fleet import Fleet
from tests.chaos.ledger import stop
from tests.stories.launcher import Bot, Launcher, launcher

ADMIN = 1
NEWS = "Завтра двойные клики!"
SEND = "📣 Разослать"
DONE = re.compile(
    r"Рассылка завершена\. Отправлено: (\d+) из \d+(?:, заблокировали бота: (\d+))?(?:, не доставлено: (\d+))?\."
)
SETTLING = 280.0
"""Seconds that a broadcast may take with all that befalls it; a guard."""

SIZES, SHORT = (12, 40, 40, 150, 260), (15, 40)
DEEDS = {
    "kill": 6,
    "stop": 1,
    "double": 1,
    "reset_after": 2,
    "timeout_after": 1,
    "reset_before": 1,
    "502": 1,
    "429": 1,
    "pause": 1,
    "block": 2,
}


class Deed(NamedTuple):
    """What happens when so many calls of a method have come, and seconds after that."""

    what: str
    method: str
    calls: int
    later: float


@dataclass
class Outcome:
    """What one broadcast has shown."""

    seed: int
    players: int = 0
    deeds: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    skipped: int = 0
    litter: int = 0
    looks: int = 0
    """Messages that were looked for."""
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Story:
    """One broadcast on one local Telegram."""

    def __init__(
        self, seed: int, telegram: Telegram, url: str, starter: Launcher, env_file: Path, *, is_short: bool
    ) -> None:
        self.dice = random.Random(f"broadcast {seed}")
        self.telegram = telegram
        self.limits = self.dice.choice([None, Limits()])
        interval = "30" if self.limits else self.dice.choice(["0.05", "1", "30"])
        env = {"BOT_TOKEN": token(seed), "BACKUP_INTERVAL": interval, "LOG_LEVEL": "DEBUG"}
        env["DURABILITY"] = self.dice.choice(["exact", "exact", "interval"])
        self.fleet = Fleet(lambda: Bot(starter, url, env_file, **env), self.dice, telegram.changed)
        self.admin = telegram.person(ADMIN, first_name="Админ")
        self.outcome = Outcome(seed)
        number = self.dice.choice(SHORT if is_short else SIZES)
        self.pause = 2.0 if is_short else 0.3
        """Seconds between two taps, at most."""
        self.people = [telegram.person(n) for n in self.dice.sample(range(1_000, 10_000), number)]
        self.blocked: set[int] = set()
        """Who has blocked the bot while the broadcast went on: he may have got a copy before."""
        luck = random.Random(f"unreached {seed}")
        self.unreached = set(luck.sample([person.id for person in self.people], luck.choice([0, 0, 1, 2])))
        """Who gets no copy, whatever is tried; others do."""
        self.fails = luck.choice(["copyMessage", "*"])
        """What fails for them."""

    async def play(self) -> None:
        """The whole story."""
        await self.set_up()
        source = self.admin.send(NEWS)
        self.admin.send("/broadcast", reply_to=source["message_id"])
        await self.press(SEND)
        beside = [asyncio.create_task(work) for work in (self.fleet.host(), self.taps(), self.deeds())]
        try:
            await self.telegram.wait(self.report, SETTLING)
        finally:
            for task in beside:
                await stop(task)
        self.check()

    async def set_up(self) -> None:
        """A bot with players, one in ten of whom has blocked it."""
        bot = await self.fleet.start()
        code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
        self.admin.send(f"admin {code}")
        await self.admin.wait(lambda: self.admin.newest.startswith("config_id = "), SETTLING)
        for person in self.people:
            person.send("/start")
        await self.telegram.wait(lambda: all(person.answers for person in self.people), SETTLING)
        for person in self.people:
            if self.dice.random() < 0.1:
                person.chat.blocked = True  # so that the bot is not told
        for number in self.unreached:
            self.telegram.faults.add(self.fails, "500", times=None, chat=number)
        self.telegram.limits = self.limits
        self.telegram.faults.add("copyMessage", "latency", times=None, value=self.dice.choice([0, 0, 0.05, 0.15]))
        self.outcome.players = len(self.people)

    def draw(self) -> list[Deed]:
        """What befalls this broadcast."""
        deeds = []
        for what in self.dice.choices(list(DEEDS), list(DEEDS.values()), k=self.dice.randint(1, 4)):
            method = self.dice.choice(["copyMessage"] * 6 + ["forwardMessage", "editMessageMedia", "editMessageText"])
            calls = self.dice.randint(1, len(self.people) // 2) if method == "copyMessage" else self.dice.randint(1, 8)
            deeds.append(Deed(what, method, calls, self.dice.choice([0, 0, self.dice.uniform(0, 0.3)])))
        return deeds

    async def deeds(self) -> None:
        """One after the other, each counted from the one before."""
        for deed in self.draw():
            before = self.telegram.count(deed.method)
            await self.telegram.wait(lambda: self.telegram.count(deed.method) >= before + deed.calls, SETTLING)  # noqa: B023
            await asyncio.sleep(deed.later)
            self.outcome.deeds[deed.what] += 1
            await self.do(deed.what)

    async def do(self, what: str) -> None:
        """A deed."""
        if what == "kill":
            for bot in self.fleet.running:
                self.fleet.kill(bot)
        elif what == "stop":
            for bot in self.fleet.running:
                self.fleet.stop(bot)
        elif what == "double":
            await self.fleet.start()
        elif what == "pause":
            await self.press("⏸ Пауза")
            await asyncio.sleep(self.dice.uniform(0, 2))
            await self.press("▶️ Продолжить")
        elif what == "block":
            person = self.dice.choice(self.people)
            self.blocked.add(person.id)
            person.block()
        else:
            value = self.dice.choice([1, 8]) if what == "429" else None
            self.telegram.faults.add("copyMessage", what, times=self.dice.randint(1, 3), value=value)  # type: ignore[arg-type]

    async def press(self, button: str) -> None:
        """Press a button of the broadcast as soon as it is there, unless all is over."""

        def pressed() -> bool:
            try:
                self.admin.press(button)
            except NotShownError:
                return bool(self.report())
            return True

        await self.telegram.wait(pressed, SETTLING)

    async def taps(self) -> None:
        """Some players tap all the while."""
        while True:
            await asyncio.sleep(self.dice.uniform(0, self.pause))
            person = self.dice.choice(self.people)
            if not person.chat.blocked:
                person.send("Клик")

    def report(self) -> re.Match[str] | None:
        """What the admin reads in the end."""
        return next((match for text in reversed(self.admin.answers) if (match := DONE.search(text))), None)

    def check(self) -> None:
        """Count copies, and compare with what the admin reads."""
        outcome, report = self.outcome, self.report()
        sent = 0
        for person in self.people:
            number = person.answers.count(NEWS)
            sent += number
            outcome.repeated += number > 1
            is_excused = person.chat.blocked or person.id in self.blocked | self.unreached
            outcome.skipped += number == 0 and not is_excused
        outcome.litter = sum("forward_origin" in message for message in self.admin.messages)
        outcome.looks = self.telegram.count("forwardMessage")
        if outcome.repeated or outcome.skipped:
            outcome.complaints.append(f"{outcome.repeated} got it more than once, {outcome.skipped} not at all")
        told = [int(number or 0) for number in report.groups()] if report else [0]
        gone = len(self.blocked)  # whoever blocks the bot before his turn comes is not counted
        if told[-1] > len(self.unreached):
            outcome.complaints.append(f"{told[-1]} are said not to be reached, and only {len(self.unreached)} are not")
        if not len(self.people) - gone <= sum(told) <= len(self.people) or abs(told[0] - sent) > gone:
            outcome.complaints.append(f"the admin reads {told}, there are {sent} copies for {len(self.people)} players")


def token(seed: int) -> str:
    """Each seed has its own, so that processes of two seeds never meet, whatever port they are given."""
    return f"{10_000 + seed}:TEST"


async def play(seed: int, starter: Launcher, folder: Path, *, is_short: bool = False) -> Outcome:
    """One seed, with fewer players and taps if `is_short`."""
    env_file = folder / f"broadcast{seed}.env"
    env_file.write_text("# settings\n", encoding="utf-8")
    telegram, started = Telegram(), time.monotonic()
    telegram.add_bot(token(seed))
    async with serve(telegram) as server:
        story = Story(seed, telegram, server.url, starter, env_file, is_short=is_short)
        try:
            await story.play()
        except TimeoutError as error:
            story.outcome.complaints.append(f"{error}; the admin read {story.admin.answers[-3:]}")
        finally:
            telegram.faults.clear()
            await story.fleet.close()
    outcome = story.outcome
    outcome.complaints += story.fleet.complaints()
    outcome.seconds = time.monotonic() - started
    outcome.log = [line for bot in story.fleet.bots for line in ("-- a process", *bot.lines)]
    return outcome


async def play_all(seeds: list[int], jobs: int, *, with_log: bool) -> int:
    """Play, print, and return the exit status."""
    places, starter = asyncio.Semaphore(jobs), launcher()
    sums: Counter[str] = Counter()
    failed = 0

    async def one(seed: int, folder: Path) -> Outcome:
        async with places:
            return await play(seed, starter, folder)

    with tempfile.TemporaryDirectory() as folder:
        try:
            for playing in asyncio.as_completed([one(seed, Path(folder)) for seed in seeds]):
                outcome = await playing
                figures = {
                    name: getattr(outcome, name) for name in ("players", "repeated", "skipped", "litter", "looks")
                }
                sums.update(figures)
                sums.update(outcome.deeds)
                if with_log:
                    print("\n".join(outcome.log))
                print(f"seed {outcome.seed}: {figures}, {dict(outcome.deeds)}, {outcome.seconds:.0f} s", flush=True)
                if outcome.complaints:
                    failed += 1
                    print("  FAILED: " + "\n  ".join(outcome.complaints), flush=True)
        finally:
            starter.close()
    print(f"seeds {len(seeds)}, failed {failed}: {dict(sums)}")
    return 1 if failed else 0


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos.broadcasting", description=sys.modules[__name__].__doc__
    )
    parser.add_argument("--seeds", type=int, default=10, help="how many seeds (default 10)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (default 1)")
    parser.add_argument("--jobs", type=int, default=8, help="how many at a time (default 8)")
    parser.add_argument("--log", action="store_true", help="show what the processes said")
    options = parser.parse_args()
    seeds = list(range(options.first, options.first + options.seeds))
    return asyncio.run(play_all(seeds, options.jobs, with_log=options.log))


if __name__ == "__main__":
    sys.exit(main())
