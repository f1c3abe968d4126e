"""`python -m tests.chaos.replicas --seeds N [--first S] [--jobs J]`: sixty people tap while three replicas are killed.

Every second or two a replica is killed or stopped, and started again; answers to Telegram are lost before or after the
work, or never come, updates come twice to one or to two at once, messages are refused, and the server crashes. In the
end every tap has counted once, the number that a player is told last is his, and none was ever told a higher one than
he had tapped by then. In odd seeds Telegram's limits are in force.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import asyncpg

from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from tests.chaos.fleet import STOPPED_EARLY, Fleet
from tests.chaos.ledger import TAP, stop
from tests.chaos.playing import play_out
from tests.chaos.seeds import Seeds
from tests.postgres.replicas import PATH
from tests.postgres.server import SMALL, Server, postgres
from tests.stories.balancer import balancing
from tests.stories.launcher import SUDDEN, Bot, Launcher
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.faults import Kind
    from emulator.state.people import Person

ADMIN, FIRST = 1, 1001
REPLICAS, PEOPLE = 3, 60
RATE = 150
"""Taps a second, of all people together."""
SECONDS = 2.0
"""Of play: what a kill does to the last taps is to be seen, and not covered by later ones."""
SETTLING = 300.0
"""Seconds in which everything must have counted and been told; a guard, Telegram's pauses double up to a minute."""

ENDS = {"kill": 4, "stop": 3, "kill all": 1}
FAULTS: dict[tuple[str, Kind], int] = {
    ("webhook", "twice"): 3,
    ("webhook", "reset_after"): 3,
    ("webhook", "reset_before"): 2,
    ("webhook", "timeout_after"): 1,
    ("webhook", "no_answer"): 1,
    ("webhook", "502"): 1,
    ("sendMessage", "429"): 1,
    ("sendMessage", "500"): 1,
    ("sendMessage", "reset_after"): 1,
}
ALLOWED = {"kill": {-SUDDEN, STOPPED_EARLY, 0}, "stop": {0, STOPPED_EARLY}, None: set[int]()}
"""Status of a replica by what it was asked."""


@dataclass
class Outcome:
    """What one run has shown."""

    seed: int
    kills: int = 0
    stops: int = 0
    crashes: int = 0
    faults: int = 0
    taps: int = 0
    told: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Run:
    """Three places for replicas at one balancer, a server, and people who do not wait for answers."""

    def __init__(self, seed: int, telegram: Telegram, fleet: Fleet, ports: list[int], server: Server) -> None:
        self.telegram, self.fleet, self.outcome = telegram, fleet, Outcome(seed)
        self.dice = random.Random(f"replicas {seed}")
        self._ports, self._server = ports, server
        self.people = [telegram.person(FIRST + number, first_name=f"Имя{number}") for number in range(PEOPLE)]
        self.taps = dict.fromkeys(self.people, 0)

    async def play(self) -> None:
        """The whole story; complaints are in the outcome."""
        hosting = asyncio.create_task(self.host())
        try:
            await self.set_up()
            await asyncio.gather(self.tap(), self.end_some(), self.spoil(), self.crash())
            self.note("repaired")
            self.telegram.faults.clear()
            self.telegram.network.drop()
            await self.settle()
        finally:
            await stop(hosting)
        for bot in self.fleet.running:
            self.fleet.stop(bot)
        await self.fleet.changed.until(lambda: not self.fleet.running, SETTLING)

    async def host(self) -> None:
        """Start a replica wherever none runs, until cancelled."""
        while True:
            if len(self.fleet.running) < REPLICAS:
                await self.fleet.start()
            else:
                await self.fleet.changed.wait()

    async def set_up(self) -> None:
        """All are greeted in peace."""
        for person in self.people:
            person.send("/start")
        await self.telegram.wait(lambda: all(person.answers for person in self.people), SETTLING)

    async def tap(self) -> None:
        """As many taps as there are to be; a machine that is slow makes them come late, and not more of them."""
        began = time.monotonic()
        for number in range(int(SECONDS * RATE)):
            await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
            person = self.dice.choice(self.people)
            person.send(TAP)
            self.taps[person] += 1

    async def end_some(self) -> None:
        """Each second or two a replica ends, now and then all of them."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(self.dice.uniform(0.5, 1.5))
            how = self.dice.choices([*ENDS], [*ENDS.values()])[0]
            running = self.fleet.running
            for bot in running if how == "kill all" else self.dice.sample(running, min(1, len(running))):
                self.note(f"{how} {bot.pid}")
                (self.fleet.stop if how == "stop" else self.fleet.kill)(bot)

    async def spoil(self) -> None:
        """What befalls updates on their way, and answers."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(self.dice.uniform(0.2, 1.0))
            method, kind = self.dice.choices([*FAULTS], [*FAULTS.values()])[0]
            twice = [f"http://127.0.0.1:{self.dice.choice(self._ports)}{PATH}" for _ in range(2)]
            value = {"twice": twice, "429": 1}.get(kind)
            times = self.dice.randint(1, 9) if kind in {"twice", "reset_after"} else self.dice.randint(1, 2)
            self.note(f"{method} {kind} x{times}")
            self.telegram.faults.add(method, kind, times=times, value=value)
            self.outcome.faults += 1

    async def crash(self) -> None:
        """The server ends as by a crash, once, and is started again."""
        await asyncio.sleep(self.dice.uniform(0, SECONDS))
        self.note("the server crashes")
        await self._server.stop()
        await asyncio.sleep(self.dice.random())
        await self._server.start()
        self.outcome.crashes += 1
        self.note("the server runs")

    async def settle(self) -> None:
        """Until nothing waits and all are told what is theirs; whoever cannot be taps again, as people do."""
        while True:
            await self.telegram.wait(self.is_settled, SETTLING)
            if not (left := self.untold()):
                return
            for person in left:
                self.note(f"{person.id} taps again")
                person.send(TAP)
                self.taps[person] += 1

    def is_settled(self) -> bool:
        """Whether nothing waits, and nobody is left untold who can be told."""
        return not self.telegram.queue_of() and (not (left := self.untold()) or left <= self.unheard())

    def untold(self) -> set[Person]:
        """Who has not been told his number."""
        return {person for person, taps in self.taps.items() if taps and person.newest != f"Кликов: {taps} 🏆"}

    def unheard(self) -> set[Person]:
        """Whose last message rode on an answer and was refused: no replica learns of that (Bot API, Webhooks)."""
        calls = {call.params.get("chat_id"): call for call in self.telegram.log.latest if call.method == "sendMessage"}
        refused = {chat for chat, call in calls.items() if call.rode and call.status >= 400}
        return {person for person in self.people if str(person.id) in refused}

    def check(self, counted: dict[int, int]) -> None:
        """Compare what is in the table with what was tapped, and with what was told when."""
        outcome = self.outcome
        outcome.taps = sum(self.taps.values())
        outcome.lost = sum(max(0, taps - counted.get(person.id, 0)) for person, taps in self.taps.items())
        outcome.doubled = sum(max(0, counted.get(person.id, 0) - taps) for person, taps in self.taps.items())
        if outcome.lost or outcome.doubled:
            outcome.complaints.append(f"lost {outcome.lost}, doubled {outcome.doubled}: {self.wrong(counted)}")
        for person in self.people:
            self._follow(person)

    def _follow(self, person: Person) -> None:
        """Read a chat from its beginning: no number is above the taps before it."""
        tapped, told = 0, [0]
        for message in person.messages:
            text = str(message.get("text", ""))
            tapped += text == TAP
            if text.startswith("Кликов: "):
                told.append(int(text.split()[1]))
                if told[-1] > tapped:
                    self.outcome.complaints.append(f"{person.id} was told {told[-1]} after {tapped} taps")
        self.outcome.told += len(told) - 1
        if back := [pair for pair in pairwise(told) if pair[1] < pair[0]]:
            self.note(f"{person.id} was told less after more: {back}")

    def wrong(self, counted: dict[int, int]) -> dict[int, tuple[int, int]]:
        """Taps and clicks of those for whom they differ."""
        both = {person.id: (taps, counted.get(person.id, 0)) for person, taps in self.taps.items()}
        return {one: (taps, clicks) for one, (taps, clicks) in both.items() if taps != clicks}

    def state(self) -> str:
        """What is left undone, in words."""
        told = {person.id: (self.taps[person], person.newest) for person in self.untold()}
        return f"{len(self.telegram.queue_of())} wait, {len(self.fleet.running)} run, taps and what was told: {told}"

    def close(self) -> None:
        """Draw up the accounts."""
        outcome = self.outcome
        outcome.kills, outcome.stops = self.fleet.kills, self.fleet.stops
        outcome.complaints += self.fleet.complaints()
        hook = next(iter(self.telegram.bots.values())).webhook
        for person in self.untold():
            outcome.log += [str(delivery) for delivery in hook.deliveries if delivery.chat == person.id]
            outcome.log += [
                str(call) for call in self.telegram.log.latest if call.params.get("chat_id") == str(person.id)
            ]
        for bot in self.fleet.bots:
            outcome.log += [f"-- process {bot.pid}, status {bot.status}", *bot.lines]

    def note(self, line: str) -> None:
        """For the replay."""
        now = time.strftime("%H:%M:%S", time.localtime()) + f"{time.time() % 1:.3f}"[1:]
        self.outcome.log.append(f"{now} {line}, {len(self.fleet.running)} run, {len(self.telegram.queue_of())} wait")


COLUMNS = ("kills", "stops", "crashes", "faults", "taps", "told", "lost", "doubled")


def token(seed: int) -> str:
    """A token of its own for each run."""
    return f"{50_000 + seed}:TEST"


async def play_on(server: Server, seed: int, make: Launcher, folder: Path) -> Outcome:
    """Play a seed on a server that may be stopped; files go to `folder`."""
    env_file = folder / f"replicas{seed}.env"
    env_file.write_text("# settings\n", encoding="utf-8")
    telegram, ports = Telegram(limits=Limits() if seed % 2 else None), [free_port() for _ in range(REPLICAS)]
    telegram.add_bot(token(seed))
    telegram.person(ADMIN, first_name="Админ")
    telegram.local_webhooks = True
    database = await server.empty()
    async with balancing(ports) as balancer:
        env = {"BOT_TOKEN": token(seed), "ADMIN_ID": str(ADMIN), "DATABASE_URL": database}
        env["WEBHOOK_URL"] = f"http://127.0.0.1:{balancer.port}{PATH}"
        at: dict[int, Bot] = {}

        def start_at(url: str) -> Bot:
            port = next(port for port in ports if port not in at or not at[port].running)
            at[port] = Bot(make, url, env_file, **env, WEBHOOK_PORT=str(port))
            return at[port]

        def run(url: str) -> Run:
            fleet = Fleet(lambda: start_at(url), random.Random(seed), telegram.changed, ALLOWED)
            made.append(Run(seed, telegram, fleet, ports, server))
            return made[-1]

        made: list[Run] = []
        outcome = await play_out(telegram, run)
    connection = await asyncpg.connect(database)
    with suppress(asyncpg.UndefinedTableError):  # no replica has ever begun, which is a complaint already
        made[0].check({row[0]: row[1] for row in await connection.fetch("SELECT chatid, click FROM users")})
    await connection.close()
    return outcome


async def play(seed: int, make: Launcher, folder: Path) -> Outcome:
    """Play a seed on a server of its own."""
    own = postgres(SMALL)
    server = cast("Server", await asyncio.to_thread(own.__enter__))
    try:
        return await play_on(server, seed, make, folder)
    finally:
        await asyncio.to_thread(own.__exit__, None, None, None)


if __name__ == "__main__":
    sys.exit(Seeds("tests.chaos.replicas", __doc__, play, COLUMNS).main())
