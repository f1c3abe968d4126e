"""One run: the stage, forty players, the deeds of the script, and the accounts at the end."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.state.changes import WaitError
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from pinstore.copies.compaction import DOCUMENT_ROWS
from tests.chaos.bulk import RUNS, send
from tests.chaos.fleet import Fleet
from tests.chaos.ledger import Ledger, stop
from tests.chaos.playing import play_out
from tests.chaos.script import PART, Script, Step, draw
from tests.stories.launcher import Bot, Launcher

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.faults import Fault
    from emulator.state.people import Person

ADMIN = 1
PLAYERS = 40
LATECOMERS = 8
RATE = 20
"""Messages a second, of all players together."""

AMBUSH = 3.0
"""Seconds after which nobody lies in wait any more."""

NEW, OLD = 0.3, 0.2
"""The share of messages that newcomers and imported players send, where there is a large table."""

SETTLING = 240.0
"""Seconds in which the repaired bot must have stored everything; a guard, the longest pause of a retry is 15 s."""

CHATTER = {"Рейтинг": 4, "/start": 3, "привет": 2}
"""What is sent in the place of a tap, in percent."""


@dataclass
class Outcome:
    """What one run has shown."""

    seed: int
    kills: int = 0
    stops: int = 0
    overlaps: int = 0
    faults: int = 0
    taps: int = 0
    lost: int = 0
    doubled: int = 0
    cuts: int = 0
    """How often stored documents came to refer to other parts."""
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    """Deeds and the output of all processes, for a replay."""


class Run:
    """One script on one local Telegram."""

    def __init__(self, script: Script, telegram: Telegram, url: str, launcher: Launcher, env_file: Path) -> None:
        self.script = script
        self.telegram = telegram
        self.env_file = env_file
        self.env = {"BOT_TOKEN": token(script), "BACKUP_INTERVAL": str(script.interval), "LOG_LEVEL": "DEBUG"}
        dice = random.Random(f"fleet {script.seed}")
        self.fleet = Fleet(lambda: Bot(launcher, url, env_file, **self.env), dice, telegram.changed)
        self.admin = telegram.person(ADMIN, first_name="Админ")
        self.ledger = Ledger(telegram, self.admin)
        self.dice = random.Random(f"run {script.seed}")
        self.outcome = Outcome(script.seed)
        self.faults: list[Fault] = []
        self._later: set[asyncio.Task[None]] = set()
        self._began = 0.0
        self.newcomers = 0

    async def play(self) -> None:
        """The whole story; complaints are in the outcome."""
        await self.set_up()
        watching, hosting = asyncio.create_task(self.ledger.watch()), asyncio.create_task(self.fleet.host())
        self._began = time.monotonic()
        try:
            await asyncio.gather(self.crowd(), self.deeds())
            await asyncio.gather(*self._later)
            self.repair()
            await self.settle()
        finally:
            for task in self._later:
                task.cancel()
            await stop(hosting)
            await stop(watching)

    async def set_up(self) -> None:
        """The first process gets a backup chat, or a table that lies in one; most players sign up in peace."""
        await (self.bring_table() if self.script.table else self.be_adopted())
        for number in range(PLAYERS - LATECOMERS):
            self.telegram.person(1001 + number, first_name=f"Игрок {number}").send("/start")
        await self.telegram.wait(lambda: self.ledger.is_settled, SETTLING)
        if self.script.memory != "file":  # as where the disk does not outlive a process
            self.env_file.unlink()
        if self.script.memory == "stale" and self.admin.pinned:
            self.env |= {"ADMIN_ID": str(ADMIN), "CONFIG_ID": str(self.admin.pinned["message_id"])}

    async def be_adopted(self) -> None:
        """A fresh bot is told where its backup shall lie."""
        bot = await self.fleet.start()
        code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
        self.admin.send(f"admin {code}")
        await self.admin.wait(lambda: len(self.admin.answers) >= 2, SETTLING)

    async def bring_table(self) -> None:
        """A bot is given a table that nearly fills the document."""
        count = DOCUMENT_ROWS - (PLAYERS - LATECOMERS) - self.script.margin
        message_id, self.ledger.imported = send(self.admin, RUNS[self.script.table], count)
        self.env_file.write_text(f"ADMIN_ID={ADMIN}\nCONFIG_ID={message_id}\n", encoding="utf-8")
        await (await self.fleet.start()).ready()

    async def crowd(self) -> None:
        """Players tap, look and greet at an even pace; latecomers sign up in the midst of it."""
        for number in range(round(self.script.seconds * RATE)):
            await asyncio.sleep(max(0.0, self._began + number / RATE - time.monotonic()))
            if self.script.is_quiet(number / RATE):
                continue
            player = self.somebody()
            if not player.messages:
                player.send("/start")
            chat = self.dice.choices([*CHATTER, ""], [*CHATTER.values(), 100 - sum(CHATTER.values())])[0]
            if chat:
                player.send(chat)
            else:
                self.ledger.tap(player)

        while self.newcomers <= self.script.margin and self.script.table:
            self.newcomer().send("/start")

    def somebody(self) -> Person:
        """One of the players; where the table is to grow, now and then a newcomer or one who was imported."""
        chance = self.dice.random() if self.script.table else 1.0
        if chance < NEW:
            return self.newcomer()
        if chance < NEW + OLD:
            key, name, *_ = self.dice.choice(list(self.ledger.imported.values()))
            return self.telegram.person(key, first_name=name)
        return self.telegram.person(1001 + self.dice.randrange(PLAYERS))

    def newcomer(self) -> Person:
        """Somebody nobody knows."""
        self.newcomers += 1
        return self.telegram.person(2000 + self.newcomers, first_name=f"Новичок {self.newcomers}")

    async def deeds(self) -> None:
        """Do what the script says, each deed at its time."""
        for step in self.script.steps:
            await asyncio.sleep(max(0.0, self._began + step.at - time.monotonic()))
            self.tell(f"{step.deed} {step.method} {step.kind} x{step.count} {step.seconds:.2f} s, then {step.then}")
            task = asyncio.create_task(self.do(step))
            self._later.add(task)

    async def do(self, step: Step) -> None:
        """One deed, from its beginning to its end."""
        if step.deed in {"kill", "stop"}:
            for bot in self.fleet.running[-1:]:
                (self.fleet.kill if step.deed == "kill" else self.fleet.stop)(bot)
        elif step.deed == "ambush":
            await self.ambush(step.method)
        elif step.deed == "overlap":
            await self.overlap(step)
        elif step.deed == "cut":
            self.telegram.cut = True
            await asyncio.sleep(step.seconds)
            self.telegram.cut = False
        elif step.deed in {"fault", "hang"}:
            await self.fault(step)
        else:
            await self.meddle(step)

    async def ambush(self, method: str) -> None:
        """Kill everything as soon as a call of this method arrives: it takes effect, and nobody hears of it."""
        before, patience = self.count(method), self.script.seconds if method == PART else AMBUSH
        with suppress(WaitError):
            await self.telegram.wait(lambda: self.count(method) > before, patience)
            for bot in self.fleet.running:
                self.fleet.kill(bot)

    def count(self, method: str) -> int:
        """How many calls of this method there were, or uploads of parts."""
        if method != PART:
            return self.telegram.count(method)
        names = (value for call in self.telegram.calls for value in call.params.values())
        return sum(value.startswith("users-") for value in names)

    async def overlap(self, step: Step) -> None:
        """A deploy: new processes beside the old one, which then ends in one way or another, or stays."""
        old = self.fleet.running
        for _ in range(step.count):
            await self.fleet.start()
            self.outcome.overlaps += 1
        await asyncio.sleep(step.seconds)
        for bot in old:
            if step.then != "leave":
                (self.fleet.kill if step.then == "kill" else self.fleet.stop)(bot)

    async def fault(self, step: Step) -> None:
        """Some calls fail; those that hang are reset later, by whatever stands between the bot and Telegram."""
        value = {"429": 1 + step.count // 2, "latency": step.seconds}.get(step.kind)
        self.faults.append(
            self.telegram.faults.add(
                step.method, step.kind, times=step.count, after=self.dice.randrange(3), value=value
            )
        )
        if step.deed == "hang":
            await asyncio.sleep(step.seconds)
            self.telegram.network.drop()

    async def meddle(self, step: Step) -> None:
        """What the admin does to the backup chat."""
        if step.deed == "renew":
            self.admin.send("admin")
        elif step.deed == "unpin":
            self.admin.unpin()
        elif step.deed == "cover":
            self.admin.pin(int(self.admin.send("Важное объявление")["message_id"]))
        else:
            self.admin.block()
            await asyncio.sleep(step.seconds)
            self.admin.unblock()

    def repair(self) -> None:
        """From here on nothing fails any more."""
        self.tell("repaired")
        self.outcome.faults = sum(fault.hits for fault in self.faults) + sum(s.deed == "cut" for s in self.script.steps)
        self.telegram.faults.clear()
        self.telegram.network.drop()

    async def settle(self) -> None:
        """One process is left, stores everything, confirms everything, and stops in good order."""
        if self.script.ending == "ambush":
            await self.ambush("editMessageMedia")
        elif self.script.ending == "newcomer":
            await self.fleet.start()
            for bot in self.fleet.running[:-1]:
                self.fleet.kill(bot)
        await self.telegram.wait(lambda: self.ledger.is_settled and len(self.fleet.running) == 1, SETTLING)
        bot = await self.fleet.alone(SETTLING)
        if changed := self.ledger.changed_rows():
            self.outcome.complaints.append(f"{len(changed)} imported rows are not as they were, so {changed[0]}")
        self.fleet.stop(bot)
        await self.fleet.changed.until(lambda: not bot.running, SETTLING)

    def close(self) -> None:
        """Draw up the accounts."""
        outcome = self.outcome
        self.ledger.look()
        outcome.taps = self.ledger.sent.total()
        outcome.kills, outcome.stops = self.fleet.kills, self.fleet.stops
        outcome.cuts = max(0, len(self.ledger.cuts) - 1)
        outcome.lost, outcome.doubled = self.ledger.lost, self.ledger.doubled
        if self.script.table and not outcome.cuts:
            outcome.complaints.append("the table was never cut off into other parts")
        outcome.complaints += self.ledger.moments[:5] + self.fleet.complaints()
        for bot in self.fleet.bots:
            outcome.log += [f"-- process {bot.pid}, status {bot.status}", *bot.lines]

    def state(self) -> str:
        """What is left undone, in words."""
        account = self.ledger.account()
        stored = f"generation {account.generation}, {account.clicks.total()} clicks" if account else "nothing"
        waiting = len(self.telegram.bot().queue)
        running = [bot.pid for bot in self.fleet.running]
        return f"{stored} stored, {self.ledger.sent.total()} sent, {waiting} updates wait, running: {running}"

    def tell(self, line: str) -> None:
        """Note a deed for the replay."""
        now = time.strftime("%H:%M:%S", time.localtime()) + f"{time.time() % 1:.3f}"[1:]
        self.outcome.log.append(f"{now} {line}, running {[bot.pid for bot in self.fleet.running]}")


def token(script: Script) -> str:
    """A token of its own for each run, so that no process of another run is ever taken for one of this."""
    return f"{1000 + script.seed}:TEST"


async def play(seed: int, launcher: Launcher, folder: Path) -> Outcome:
    """Play the script of a seed; files go to `folder`."""
    script = draw(seed)
    env_file = folder / f"seed{seed}.env"
    env_file.write_text("# where the bot remembers its backup chat\n", encoding="utf-8")
    telegram = Telegram(limits=Limits() if script.has_limits else None)
    telegram.add_bot(token(script))
    return await play_out(telegram, lambda url: Run(script, telegram, url, launcher, env_file))
