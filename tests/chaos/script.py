"""What happens in one run, drawn from its seed before anything starts."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from tests.chaos.bulk import RUNS

if TYPE_CHECKING:
    from emulator.state.faults import Kind

T = TypeVar("T")
Deed = Literal["kill", "ambush", "stop", "overlap", "cut", "fault", "hang", "renew", "unpin", "cover", "block"]
Ending = Literal["survivors", "newcomer", "ambush"]
Memory = Literal["file", "token", "stale"]

# How often each deed is drawn, and how often each method suffers a fault.
DEEDS: dict[Deed, int] = {
    "kill": 4,
    "ambush": 8,
    "stop": 4,
    "overlap": 6,
    "cut": 3,
    "fault": 14,
    "hang": 4,
    "renew": 1,
    "unpin": 1,
    "cover": 1,
    "block": 1,
}
METHODS = {
    "getUpdates": 6,
    "editMessageMedia": 6,
    "getChat": 4,
    "editMessageCaption": 4,
    "forwardMessage": 3,
    "getFile": 2,
    "download": 3,
    "sendDocument": 2,
    "pinChatMessage": 2,
    "deleteMessage": 1,
    "sendMessage": 2,
    "getMyCommands": 1,
    "setMyCommands": 1,
    "getMe": 1,
    "deleteWebhook": 1,
    "*": 3,
}
AMBUSHES = {"editMessageMedia": 8, "getUpdates": 3, "editMessageCaption": 2, "getChat": 1, "sendDocument": 1}
KINDS: dict[Kind, int] = {"500": 2, "502": 2, "429": 2, "reset_before": 2, "reset_after": 5, "latency": 4}
DOWNLOAD_KINDS: dict[Kind, int] = {"truncate": 2, "damage": 2, "500": 1, "reset_before": 1, "latency": 1}
PART = "part"
"""In the place of a method: any call that uploads a part."""

TABLES = 5
"""Of so many scripts one begins from a large table."""

HANGS: dict[Kind, int] = {"timeout_after": 2, "no_answer": 1}


@dataclass(frozen=True)
class Step:
    """One deed, `at` seconds after the first tap. `seconds`: how long it lasts, or until its second half."""

    at: float
    deed: Deed
    seconds: float
    count: int
    method: str
    kind: Kind
    then: Literal["kill", "stop", "leave"]


@dataclass(frozen=True)
class Script:
    """One run: `seconds` of taps, the deeds among them, and how it ends."""

    seed: int
    seconds: float
    interval: float
    has_limits: bool
    memory: Memory
    ending: Ending
    steps: tuple[Step, ...]
    lulls: tuple[tuple[float, float], ...]
    """From when to when nobody does anything."""
    table: str = ""
    """What play begins from: "" for an empty table, else a key of `bulk.RUNS`."""
    margin: int = 0
    """How many rows that table is short of what a document holds."""

    def is_quiet(self, at: float) -> bool:
        """Whether nobody does anything `at` seconds after the first tap."""
        return any(begin <= at < end for begin, end in self.lulls)


def draw(seed: int) -> Script:
    """The script of a seed: the same one each time."""
    dice = random.Random(seed)
    seconds = dice.uniform(5, 8)
    steps = [_step(dice, dice.uniform(0, seconds)) for _ in range(dice.randint(6, 11))]
    begins = [dice.uniform(0, seconds) for _ in range(dice.randint(0, 2))]
    script = Script(
        seed,
        seconds,
        interval=dice.choice([0.05, 0.5, 2.0, 30.0]),
        has_limits=dice.random() < 0.5,
        memory=dice.choice(["file", "file", "token", "stale"]),
        ending=dice.choice(["survivors", "newcomer", "ambush"]),
        steps=tuple(sorted(steps, key=lambda step: step.at)),
        lulls=tuple((begin, begin + dice.uniform(0.5, 2.5)) for begin in begins),
    )
    return script if seed % TABLES else _with_table(dice, script)


def _with_table(dice: random.Random, script: Script) -> Script:
    """Begin from a table that grows into parts; lie in wait for the messages that hold them, and disturb them."""
    steps = [
        replace(_step(dice, 0), deed="ambush", method=PART),
        replace(_step(dice, dice.uniform(0, script.seconds)), deed="ambush", method=PART),
        replace(
            _step(dice, dice.uniform(0, script.seconds)), deed="fault", method="sendDocument", kind=_pick(dice, KINDS)
        ),
    ]
    ordered = sorted((*script.steps, *steps), key=lambda step: step.at)
    return replace(
        script, steps=tuple(ordered), table=list(RUNS)[script.seed // TABLES % len(RUNS)], margin=dice.randint(1, 20)
    )


def _step(dice: random.Random, at: float) -> Step:
    deed = _pick(dice, DEEDS)
    method = _pick(dice, AMBUSHES if deed == "ambush" else METHODS)
    kinds = HANGS if deed == "hang" else DOWNLOAD_KINDS if method == "download" else KINDS
    return Step(
        at,
        deed,
        seconds=dice.uniform(0.05, 2.5),
        count=dice.choice([1, 1, 2, 3]),
        method=method,
        kind=_pick(dice, kinds),
        then=dice.choice(["kill", "stop", "leave"]),
    )


def _pick(dice: random.Random, weights: dict[T, int]) -> T:
    return dice.choices(list(weights), list(weights.values()))[0]
