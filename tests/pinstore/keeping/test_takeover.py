"""The protocol of a takeover, explored: no order of calls, crashes and lost answers loses a tap, and why."""

from __future__ import annotations

import pytest

from tests.pinstore.keeping.takeover import Rule, Takeover

pytestmark = pytest.mark.long

OLD = Rule(moves=False, by_epoch=False)
"""The document stays in its message, and the higher generation is the newer one: as it was."""

WITHOUT = {
    "a message of its own": Rule(moves=False),
    "the second look": Rule(looks_again=False),
    "the check after a save": Rule(checks_after=False),
    "the check before a pin": Rule(checks_before_pin=False),
}


@pytest.mark.parametrize("stops", [0, 1], ids=["crashes", "crashes and a clean stop"])
def test_two_processes_lose_nothing(stops: int) -> None:
    """Both may die at any moment, one answer may be lost, and every call may land however late."""
    explored, way = Takeover(Rule(), stops=stops).explore()
    assert not way, "\n".join(map(str, way))
    assert explored > 50_000


def test_two_successors_of_a_killed_process_lose_nothing() -> None:
    """Its last edit is under way; one of the two that start may die as well."""
    explored, way = Takeover(Rule(), processes=3, timeouts=0, crashes=1, claims=1, is_killed=True).explore()
    assert not way, "\n".join(map(str, way))
    assert explored > 20_000


def test_three_living_processes_lose_nothing() -> None:
    """Two start while one works."""
    explored, way = Takeover(Rule(), processes=3, taps=1, timeouts=0, crashes=1, claims=1).explore()
    assert not way, "\n".join(map(str, way))
    assert explored > 40_000


ALONE = {
    "three, one of them killed": Takeover(Rule(), processes=3, taps=1, timeouts=0, crashes=0, claims=2, is_killed=True),
    "two, and a lost answer": Takeover(Rule(), taps=1, crashes=0),
}


@pytest.mark.parametrize("model", ALONE.values(), ids=ALONE.keys())
def test_whoever_gives_way_leaves_somebody(model: Takeover) -> None:
    """As long as none crashes there is always one that has not been outbid."""
    explored, way = model.explore(model.is_deserted)
    assert not way, "\n".join(map(str, way))
    assert explored > 2_000


def test_what_was_done_before_loses_taps() -> None:
    """A late edit lands over what the successor has stored and confirmed, and then that one dies."""
    _, way = Takeover(OLD).explore()
    assert way


@pytest.mark.parametrize("rule", WITHOUT.values(), ids=WITHOUT.keys())
def test_each_check_is_needed(rule: Rule) -> None:
    """The exploration finds a loss if this alone is left out: it would find one in the protocol as well."""
    _, way = Takeover(rule).explore()
    assert way
