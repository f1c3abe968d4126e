"""Telegram's pace, under limits like its own: one player who taps without end, and a crowd that taps all at once.

Nobody tells how many answers a second Telegram takes over all chats, so the crowd taps under several limits.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from bots.clicker import texts
from emulator.http.server import serve
from emulator.state.groups import Group
from emulator.state.limits import Limits
from emulator.state.people import Person
from emulator.state.telegram import Telegram
from tests.benchmarks.chat import new_telegram
from tests.benchmarks.crowd import crowd, ids
from tests.benchmarks.load import PATIENCE
from tests.benchmarks.programs import ours, running
from tests.benchmarks.report import Report
from tests.benchmarks.samples import Samples

PACE = 30
"""Messages a second that Telegram allows over all chats at least, of which answers get one less."""

LIMITS = {"30": 30.0, "300": 300.0, "no": None}
"""What it may be that Telegram allows."""

EVERY = 0.1
"""Seconds between two taps of one player, or of a group."""

MEMBERS = 30
"""Of a group, who tap one after the other."""


@dataclass(frozen=True)
class Run:
    """What a run has shown: seconds that each player waited for his last number, messages to players, refusals."""

    waits: Sequence[float]
    messages: int
    refused: int
    first: float
    """Seconds until the first answer."""
    overtaken: int
    """Answers before which somebody had one who tapped later."""


async def measure_pace(
    report: Report, seconds: float, people: int, limits: Sequence[str], durabilities: tuple[str, ...]
) -> None:
    """Add the rows."""
    for durability in durabilities:
        taps = round(seconds / EVERY)
        one = await _run(durability, 1, taps, PACE)
        what = f"{taps} taps of one player in {seconds:g} s, {durability}"
        _add(report, what, 1, one, ("the last number after", one.waits[0]))
        for name in limits:
            many = await _run(durability, people, 1, LIMITS[name])
            what = f"{people:,} taps at once, {name} limit a second, {durability}"
            _add(report, what, people, many, ("99 of 100 wait less than", _percentile(many.waits, 0.99)))
            report.add(f"{what}: all have waited less than", people, "s", Samples([max(many.waits)]))
            report.add(f"{what}: overtaken", people, "", Samples([many.overtaken]))
        arithmetic = 0.99 * people / (PACE - 1)
        report.add(f"{people:,} answers at {PACE - 1} a second, by arithmetic", people, "s", Samples([arithmetic]))
        group = await _group(durability, taps)
        what = f"{taps} taps of a group in {seconds:g} s, {durability}"
        _add(report, what, MEMBERS, group, ("the last number of each after, at most", max(group.waits)))


def _add(report: Report, what: str, players: int, run: Run, last: tuple[str, float]) -> None:
    report.add(f"{what}: messages", players, "", Samples([run.messages]))
    report.add(f"{what}: 429", players, "", Samples([run.refused]))
    report.add(f"{what}: the first answer after", players, "s", Samples([run.first]))
    report.add(f"{what}: {last[0]}", players, "s", Samples([last[1]]))


async def _run(durability: str, people: int, taps: int, limit: float | None) -> Run:
    """So many people tap so many times, each tap of one a tenth of a second after the one before."""
    telegram = new_telegram(Limits(overall=limit))
    telegram.bot().queue.clear()
    async with serve(telegram) as server, running(ours(durability, people, PACE), server.url) as process:
        told = {
            telegram.person(chatid, first_name=name): texts.RUSSIAN.clicks(click + taps)
            for chatid, name, click, *_ in islice(crowd(people), people)
        }
        telegram.calls.clear()
        tapped = await _tap(list(told), taps)
        give_up = time.perf_counter() + PATIENCE
        while not all(text == person.newest for person, text in told.items()):
            await asyncio.sleep(EVERY / 10)
            if not process.running or time.perf_counter() > give_up:
                raise RuntimeError(f"Somebody got no answer ({process.state}, {process.lines[-2:]})")
        return _seen(telegram, told, tapped)


async def _group(durability: str, taps: int) -> Run:
    """Members of a group tap in turn until each has his last number."""
    telegram = new_telegram(Limits())
    telegram.bot().queue.clear()
    async with serve(telegram) as server, running(ours(durability, 1, PACE), server.url) as process:
        people = [telegram.person(chatid, first_name=f"№{number}") for number, chatid in enumerate(ids(MEMBERS))]
        group = telegram.group(-5, members=tuple(people))
        telegram.calls.clear()
        tapped: dict[int, list[float]] = defaultdict(list)
        shown: dict[int, float] = {}
        started = time.perf_counter()
        for number in range(taps):
            await asyncio.sleep(started + number * EVERY - time.perf_counter())
            tapped[number % MEMBERS].append(telegram.clock.now())
            group.send(people[number % MEMBERS], texts.RUSSIAN.click)
        while len(shown) < len(tapped):
            await asyncio.sleep(EVERY / 10)
            new = [number for number in tapped.keys() - shown if _is_shown(group, number, len(tapped[number]))]
            shown.update(dict.fromkeys(new, telegram.clock.now()))
            if not process.running or time.perf_counter() - started > PATIENCE:
                raise RuntimeError(f"Some members got no answer ({process.state}, {process.lines[-2:]})")
        sent = [call for call in telegram.calls if call.method == "sendMessage"]
        return Run(
            waits=[max(0.0, shown[number] - times[-1]) for number, times in tapped.items()],
            messages=sum(call.status == 200 for call in sent),
            refused=sum(call.status == 429 for call in sent),
            first=sent[0].at - tapped[0][0],
            overtaken=0,
        )


def _is_shown(group: Group, number: int, count: int) -> bool:
    line = f"№{number} - {count}🏆"
    return any(line in text.split("\n") for text in group.answers) or any(
        message.get("reply_to_message", {}).get("from", {}).get("first_name") == f"№{number}"
        and message["text"] == texts.RUSSIAN.clicks(count)
        for message in group.messages
    )


async def _tap(people: list[Person], taps: int) -> dict[Person, list[float]]:
    """Let all tap; returns when they did, by the clock of their Telegram."""
    tapped: dict[Person, list[float]] = {person: [] for person in people}
    started = time.perf_counter()
    for number in range(taps):
        await asyncio.sleep(started + number * EVERY - time.perf_counter())
        for person in people:
            tapped[person].append(person.bot.world.clock.now())
            person.send(texts.RUSSIAN.click)
    return tapped


def _seen(telegram: Telegram, told: dict[Person, str], tapped: dict[Person, list[float]]) -> Run:
    players = {str(person.id): person for person in told}
    sent = [call for call in telegram.calls if call.method == "sendMessage" and call.params["chat_id"] in players]
    taken = [(call.at, players[call.params["chat_id"]]) for call in sent if call.status == 200]
    last = {person: at for at, person in taken}
    order = [tapped[person][-1] for person in last]
    return Run(
        waits=[last[person] - tapped[person][-1] for person in told],
        messages=len(taken),
        refused=sum(call.status == 429 for call in sent),
        first=taken[0][0] - tapped[taken[0][1]][0],
        overtaken=sum(later < earlier for earlier, later in pairwise(order)),
    )


def _percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[math.ceil(part * len(values)) - 1]
