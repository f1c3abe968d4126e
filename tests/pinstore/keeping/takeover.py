"""A model of a takeover: processes that start, save, stop and die over one chat, and calls that land at any time.

Everything that can happen next is explored from every state. A call of a process, alive, stopped or dead, is under way
until it lands, which may be at any later time or never; a process may go on without its answer. What must hold in every
state: a process that started now would restore a document that holds every tap which Telegram was told to forget.

A process reads where documents may lie (the message pinned on top, an old CONFIG_ID, the pointer), takes the newest,
enters its claim in the register, looks again, and stores the table: after a clean stop in the same message, else in a
new one, which it pins and points to. Each save counts only if the register still holds the claim of whoever saved.
Whoever was outbid there ends before anything else, and claims nothing again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONFIG_ID = 0
"""The message that the environment names for ever."""

NOBODY = -1
WAITING = ("entering", "sending", "editing", "stopping", "pinning", "pointing", "confirming")
"""What a process does while a call of it is under way."""


class Rule(NamedTuple):
    """How processes behave: each field is one check or deed, so that it can be left out."""

    slots: int = 2
    """Claims of neighbouring epochs stand in different places, so that a late one does not hide the next."""
    moves: bool = True
    """After an unclean end the document goes into a message of its own."""
    by_epoch: bool = True
    """Of two documents the one of the higher epoch is newer, whatever their generations."""
    verifies: bool = True
    """A claim counts only when it is read back."""
    looks_again: bool = True
    """After the claim is entered: is what was restored still what is stored?"""
    checks_after: bool = True
    """A save counts only if the register holds the own claim after it."""
    checks_before_pin: bool = True
    """A document in a new message is pinned only if the register holds the own claim."""
    gives_way: bool = True
    """Whoever was outbid ends, and claims nothing again."""


class Document(NamedTuple):
    """What lies in a message; `taps` is a set of bits."""

    epoch: int
    generation: int
    taps: int
    is_clean: bool = False


class Call(NamedTuple):
    """A call under way: `message` is where it goes, `document` what it brings, `number` an epoch or taps."""

    kind: str
    process: int
    message: int = 0
    document: Document | None = None
    number: int = 0


class Process(NamedTuple):
    """One process; `place` is the message of its document, `restored` what it found there."""

    does: str = "off"
    epoch: int = 0
    place: int = 0
    restored: Document | None = None
    generation: int = 0
    taps: int = 0
    stored: int = 0
    places: tuple[int, ...] = ()
    was_clean: bool = False
    owes: bool = False
    claims: int = 0
    laid: int = 0
    """The epoch of the last claim, 0 before the first."""

    def begun_again(self) -> Process:
        """What is left of a process that restores once more."""
        return Process("read", claims=self.claims, laid=self.laid)


class State(NamedTuple):
    """Telegram and all processes; the numbers at the end are what may still go wrong."""

    messages: tuple[Document | None, ...]
    pins: frozenset[int]
    pointer: int
    register: tuple[tuple[int, int], ...]
    """The claim in each slot: epoch and process; the highest counts."""
    confirmed: int
    calls: frozenset[Call]
    processes: tuple[Process, ...]
    crashes: int
    timeouts: int
    stops: int

    def put(self, number: int, process: Process, *calls: Call) -> State:
        """The state with this process and these further calls."""
        processes = (*self.processes[:number], process, *self.processes[number + 1 :])
        return self._replace(processes=processes, calls=self.calls.union(calls))


class Takeover:
    """The model under a rule, with so many processes and taps."""

    def __init__(
        self,
        rule: Rule,
        *,
        processes: int = 2,
        taps: int = 2,
        crashes: int = 2,
        timeouts: int = 1,
        stops: int = 0,
        claims: int = 9,
        is_killed: bool = False,
    ) -> None:
        """`claims`: how often a process begins; `is_killed`: the first one is dead, its last edit under way."""
        self.rule = rule
        self.claims = claims
        self.taps = [1 << tap for tap in range(taps)]
        owner = Process("idle", epoch=1, generation=1)
        self.start = State(
            messages=(Document(1, 1, 0),),
            pins=frozenset({0}),
            pointer=0,
            register=tuple((1, 0) if slot == 1 % rule.slots else (0, NOBODY) for slot in range(rule.slots)),
            confirmed=0,
            calls=frozenset(),
            processes=(owner, *[Process()] * (processes - 1)),
            crashes=crashes,
            timeouts=timeouts,
            stops=stops,
        )
        if is_killed:
            edit = Call("edit", 0, 0, Document(1, 2, 1))
            self.start = self.start.put(0, Process("dead"), edit)

    def explore(self, is_bad: Callable[[State], bool] | None = None) -> tuple[int, list[State]]:
        """The number of states, and the way to a bad one, in which taps are lost; [] if there is none."""
        is_bad = is_bad or self.is_lost
        before: dict[State, State | None] = {self.start: None}
        edge = [self.start]
        while edge:
            beyond: list[State] = []
            for state in edge:
                if is_bad(state):
                    return len(before), _way(state, before)
                for following in self.following(state):
                    if following not in before:
                        before[following] = state
                        beyond.append(following)
            edge = beyond
        return len(before), []

    def is_lost(self, state: State) -> bool:
        """Whether a process that started now would miss a tap that Telegram was told to forget."""
        place = self.newest(state, _places(state))
        document = None if place is None else state.messages[place]
        return bool(state.confirmed & ~(document.taps if document else 0))

    def is_deserted(self, state: State) -> bool:
        """Whether each has ended, as another one shall go on."""
        return all(process.does == "dead" for process in state.processes)

    def newest(self, state: State, places: tuple[int, ...]) -> int | None:
        """Which of these messages a restore takes."""
        there = [(place, document) for place in places if (document := state.messages[place])]

        def rank(one: tuple[int, Document]) -> tuple[int, int, int]:
            place, document = one
            epoch, generation = document.epoch, document.generation
            return (epoch, generation, place) if self.rule.by_epoch else (generation, -epoch, place)

        return max(there, key=rank)[0] if there else None

    def following(self, state: State) -> Iterator[State]:
        """Everything that can happen next."""
        for call in state.calls:
            yield self._land(state, call)
        for number, process in enumerate(state.processes):
            if process.does == "off":
                if number == 1 or state.processes[number - 1].does != "off":  # those that are off are all alike
                    yield from self._step(state, number, Process("read"))
            elif process.does not in ("dead", "spent"):
                yield from self._step(state, number, process)
                if state.crashes:
                    yield state.put(number, Process("dead"))._replace(crashes=state.crashes - 1)
                if state.timeouts and process.does in WAITING:
                    yield self._unanswered(state, number, process)._replace(timeouts=state.timeouts - 1)

    # -- Telegram

    def _land(self, state: State, call: Call) -> State:
        """A call takes effect, and whoever still waits for it goes on."""
        process = state.processes[call.process]
        state = state._replace(calls=state.calls - {call})
        place = call.message
        if call.kind == "send":
            place = len(state.messages)
            state = state._replace(messages=(*state.messages, call.document))
        elif call.kind in ("edit", "last", "delete") and state.messages[place]:
            state = state._replace(messages=(*state.messages[:place], call.document, *state.messages[place + 1 :]))
            if call.kind == "delete":
                state = state._replace(pins=state.pins - {place})
        elif call.kind == "pin" and state.messages[place]:
            state = state._replace(pins=state.pins | {place})
        elif call.kind == "point":
            state = state._replace(pointer=place)
        elif call.kind == "enter":
            slot = call.number % self.rule.slots
            register = (*state.register[:slot], (call.number, call.process), *state.register[slot + 1 :])
            state = state._replace(register=register)
        elif call.kind == "confirm":
            state = state._replace(confirmed=state.confirmed | call.number)
        goes_on = {
            "enter": ("entering", "verify"),
            "send": ("sending", "sent"),
            "edit": ("editing", "check"),
            "last": ("stopping", "leave"),
            "pin": ("pinning", "pointing"),
            "point": ("pointing", "check"),
            "confirm": ("confirming", "idle"),
        }
        waited, then = goes_on.get(call.kind, ("", ""))
        if process.does == waited and _awaits(process, call):
            moved = process._replace(does=then, place=place) if call.kind == "send" else process._replace(does=then)
            points = [Call("point", call.process, process.place)] if call.kind == "pin" else []
            return state.put(call.process, moved, *points)
        return state

    # -- a process

    def _step(self, state: State, number: int, process: Process) -> Iterator[State]:
        """What a process does next, if it does not wait for an answer."""
        me, rule = (process.epoch, number), self.rule
        if process.does in ("read", "claim") and rule.gives_way and _is_outbid(state, number):
            yield state.put(number, Process("dead"))
        elif process.does == "read":
            begins = process._replace(does="load", places=_places(state))
            yield state.put(number, Process("spent") if process.claims == self.claims else begins)
        elif process.does == "load":
            yield self._load(state, number, process)
        elif process.does == "claim":
            yield self._claim(state, number, process)
        elif process.does == "verify":
            yield self._if_mine(state, number, process, "look", is_checked=rule.verifies)
        elif process.does == "look":
            yield self._look(state, number, process)
        elif process.does == "sent":
            mine = self._if_mine(state, number, process, "pinning", is_checked=rule.checks_before_pin)
            pinning = mine.processes[number].does == "pinning"
            yield mine._replace(calls=mine.calls | {Call("pin", number, process.place)}) if pinning else mine
        elif process.does in ("check", "leave"):
            then = "saved" if process.does == "check" else "dead"
            checked = self._if_mine(state, number, process, then, is_checked=rule.checks_after)
            saved = checked.processes[number]
            yield self._saved(checked, number, saved) if saved.does == "saved" else checked
        elif process.does == "idle":
            yield from self._idle(state, number, process, me)

    def _claim(self, state: State, number: int, process: Process) -> State:
        last = max(state.register)[0]
        epoch = max(process.epoch, last) + 1
        unclaimed = process.restored is not None and process.restored.epoch >= last
        was_clean = process.was_clean and unclaimed
        claimer = process._replace(does="entering", epoch=epoch, laid=epoch, was_clean=was_clean)
        return state.put(number, claimer, Call("enter", number, number=epoch))

    def _load(self, state: State, number: int, process: Process) -> State:
        place = self.newest(state, process.places)
        document = None if place is None else state.messages[place]
        if place is None or document is None:
            return state.put(number, process._replace(does="read"))
        return state.put(
            number,
            Process(
                "claim",
                epoch=document.epoch,
                place=place,
                restored=document,
                generation=document.generation,
                taps=document.taps,
                stored=document.taps,
                was_clean=document.is_clean,
                claims=process.claims + 1,
                laid=process.laid,
            ),
        )

    def _look(self, state: State, number: int, process: Process) -> State:
        is_same = state.messages[process.place] == process.restored
        is_newest = self.newest(state, _places(state)) == process.place
        if self.rule.looks_again and not (is_same and is_newest):
            return state.put(number, process.begun_again())
        return self._store(state, number, process, anew=self.rule.moves and not process.was_clean)

    def _store(self, state: State, number: int, process: Process, *, anew: bool) -> State:
        document = Document(process.epoch, process.generation + 1, process.taps)
        does, kind = ("sending", "send") if anew else ("editing", "edit")
        call = Call(kind, number, 0 if anew else process.place, document)
        return state.put(number, process._replace(does=does, owes=process.owes and not anew), call)

    def _saved(self, state: State, number: int, process: Process) -> State:
        """The save counts: its taps may be confirmed, and whatever it has taken the place of is deleted."""
        old = [place for place in _places(state) if self._is_retired(state, place, process)]
        deletes = [Call("delete", number, place) for place in old]
        saved = process._replace(generation=process.generation + 1, stored=process.taps, restored=None, was_clean=False)
        if process.taps & ~state.confirmed:
            confirm = Call("confirm", number, number=process.taps)
            return state.put(number, saved._replace(does="confirming"), confirm, *deletes)
        return state.put(number, saved._replace(does="idle"), *deletes)

    def _is_retired(self, state: State, place: int, process: Process) -> bool:
        document = state.messages[place]
        return self.rule.moves and place != process.place and document is not None and document.epoch < process.epoch

    def _idle(self, state: State, number: int, process: Process, me: tuple[int, int]) -> Iterator[State]:
        waiting = [tap for tap in self.taps if not tap & (state.confirmed | process.taps)]
        if waiting:
            yield state.put(number, process._replace(taps=process.taps | waiting[0]))
        seen = [document for place in {process.place, *_top(state)} if (document := state.messages[place])]
        is_taken = any(document.epoch > me[0] for document in seen)
        if process.taps != process.stored:
            if is_taken:
                yield state.put(number, Process("dead"))
            else:
                anew = process.owes or state.messages[process.place] is None
                yield self._store(state, number, process, anew=anew)
        elif state.stops and not is_taken and not process.owes:
            document = Document(process.epoch, process.generation + 1, process.taps, is_clean=True)
            stopping = state.put(
                number, process._replace(does="stopping"), Call("last", number, process.place, document)
            )
            yield stopping._replace(stops=state.stops - 1)

    def _if_mine(self, state: State, number: int, process: Process, then: str, *, is_checked: bool) -> State:
        """Go on if the register holds the own claim; end for a higher one, begin again for a lower one."""
        mine = (process.epoch, number)
        last = max(state.register)
        if not is_checked or last == mine:
            after = Process("dead") if then == "dead" else process._replace(does=then)
        else:
            after = Process("dead") if last > mine else process.begun_again()
        return state.put(number, after)

    def _unanswered(self, state: State, number: int, process: Process) -> State:
        """A process stops waiting; its call may land later."""
        after = {
            "editing": process._replace(does="idle" if not process.restored else "read", owes=True),
            "stopping": Process("dead"),
            "pointing": process._replace(does="check"),
            "confirming": process._replace(does="idle"),
            "sending": process._replace(does="idle" if not process.restored else "read", owes=True),
        }
        gone_on = after.get(process.does, process._replace(does="read"))
        return state.put(number, process.begun_again() if gone_on.does == "read" else gone_on)


def _is_outbid(state: State, number: int) -> bool:
    """Whether the register holds a claim above the last one of this process, if it has laid any."""
    laid = state.processes[number].laid
    return laid > 0 and max(state.register) > (laid, number)


def _awaits(process: Process, call: Call) -> bool:
    """Whether this is the call that a process waits for now, not an earlier one of the same kind."""
    if call.document:
        return call.document[:3] == (process.epoch, process.generation + 1, process.taps)
    if call.kind == "enter":
        return call.number == process.epoch
    return call.number == process.taps if call.kind == "confirm" else call.message == process.place


def _top(state: State) -> tuple[int, ...]:
    """The pinned message that was sent last (Bot API, ChatFullInfo), if any is pinned."""
    return (max(state.pins),) if state.pins else ()


def _places(state: State) -> tuple[int, ...]:
    """Where a restore looks."""
    return tuple(sorted({*_top(state), CONFIG_ID, state.pointer}))


def _way(state: State, before: dict[State, State | None]) -> list[State]:
    way: list[State] = []
    last: State | None = state
    while last is not None:
        way.append(last)
        last = before[last]
    return way[::-1]
