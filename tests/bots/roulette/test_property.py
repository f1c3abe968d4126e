"""Whatever several people do in whatever order: pairs stay pairs, nobody meets himself or whom he avoids."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.roulette.acts import Act
from bots.roulette.bans import ban, lift
from bots.roulette.inputs import LABELS
from bots.roulette.pairing import give_up, once_more, vanish
from tests.bots.roulette.room import Room

PEOPLE = range(1, 6)
SLASHED = ("/find", "/start", "/nonsense", "/language", "/report", "/delete_me", "/rules")
TEXTS = (*LABELS, *SLASHED, "English", "Русский", "Привет")
BUTTONS = ("rules:yes", "rules:no", "set:me", "set:wants", "set:anyone", "like:0", "like:3", "delete:yes", "delete:no")

people = st.sampled_from(PEOPLE)
acts = st.one_of(
    st.tuples(st.just("say"), people, st.sampled_from(TEXTS)),
    st.tuples(st.just("find"), people, st.just("/find")),
    st.tuples(st.just("pass"), people, st.sampled_from(("Привет", ""))),
    st.tuples(st.just("press"), people, st.sampled_from(BUTTONS)),
    st.tuples(st.just("report"), people, st.integers(0, 5)),
    st.tuples(st.sampled_from(("ban", "lift", "block")), people, st.just("")),
    st.tuples(st.just("wait"), people, st.sampled_from((1, 25, 700, 4000, 90_000))),
)


DEEDS: dict[str, Callable[[Act, int], object]] = {
    "ban": lambda act, person: ban(act, person, 1, 0),
    "lift": lift,
    "block": vanish,
}


def later(act: Act) -> None:
    """What the clock does."""
    once_more(act)
    give_up(act, 600, 3600)


class Model(Room):
    """The room, and what must hold in it after each act."""

    def do(self, kind: str, person: int, what: str | int) -> None:
        """Let it happen."""
        before = self.partners()
        if kind in ("say", "find", "pass"):
            told = self.say(person, str(what))
            assert told or self.passed(), "every input gets an answer"
            assert all(one.recipient == before.get(person) for one in self.passed()), "never to a third"
        elif kind == "press":
            self.press(person, str(what))
            assert self.effects, "every tap does something"
        elif kind == "report":
            chat = self.chat_of(person)
            self.press(person, f"report:{chat}:{what}")
        elif kind == "wait":
            self.now += int(what)
            self.act(later)
        else:
            self.act(lambda act: DEEDS[kind](act, person))
        self.check()

    def partners(self) -> dict[int, int]:
        """Who talks to whom."""
        rows = self.rows("SELECT a, b FROM pairs")
        found = [(a, b) for a, b in rows] + [(b, a) for a, b in rows]
        assert len(dict(found)) == len(found), "one partner each"
        return dict(found)

    def chat_of(self, person: int) -> int:
        """The chat that he is in, or was."""
        query = "SELECT chat FROM pairs WHERE a = ?1 OR b = ?1 UNION ALL SELECT chat FROM people WHERE person = ?1"
        rows = self.rows(query, person)
        return rows[0][0] if rows else 0

    def check(self) -> None:
        """The laws."""
        partners = self.partners()
        assert all(partners[other] == one != other for one, other in partners.items())
        searching = {row[0] for row in self.rows("SELECT person FROM searches")}
        assert not searching & partners.keys()
        banned = {row[0] for row in self.rows("SELECT person FROM bans WHERE until > ?", self.now)}
        assert not banned & (searching | partners.keys())
        accepted = {row[0] for row in self.rows("SELECT person FROM people WHERE accepted = 1")}
        assert searching | partners.keys() <= accepted


@settings(max_examples=150, deadline=None)
@given(st.lists(acts, min_size=10, max_size=60))
def test_pairs_stay_pairs(steps: list[tuple[str, int, str | int]]) -> None:
    """Sequences of everything that can happen."""
    model = Model()
    for person in PEOPLE:
        model.newcomer(person)
    for step in steps:
        model.do(*step)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(people, people), min_size=1, max_size=8), st.lists(people, min_size=5, max_size=30))
def test_nobody_meets_whom_he_avoids(avoided: list[tuple[int, int]], seekers: list[int]) -> None:
    """However they press on, and however long they wait."""
    model = Model()
    for person in PEOPLE:
        model.newcomer(person)

    def avoid(act: Act) -> None:
        for who, whom in avoided:
            act.tables.execute("INSERT INTO apart (who, whom) VALUES (?, ?) ON CONFLICT DO NOTHING", (who, whom))

    model.act(avoid)
    for person in seekers:
        model.do("say", person, "/next")
        model.do("wait", person, 25)
        assert not {(a, b) for a, b in model.partners().items()} & {*avoided, *((b, a) for a, b in avoided)}
