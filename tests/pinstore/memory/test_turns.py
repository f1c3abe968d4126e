"""Turns of one reader: whoever else comes gets as much time as the reader takes, and is expected again for a while."""

import pytest

from pinstore.memory import turns as module
from pinstore.memory.turns import ALONE, Turns
from tests.pinstore.shelf import table


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How much of each turn's time was left to others."""
    left: list[float] = []
    monkeypatch.setattr(module, "breathe", lambda _, share: left.append(share))
    return left


def test_others_get_as_much_time_as_is_taken(shares: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """From when somebody was there on, whether before a turn or after it, until he is forgotten."""
    database = table([(1, "Анна", 0, 0, 0)])
    turns, alone = Turns(database), list[bool]()
    for _ in range(2):
        assert turns.take(lambda tables: tables.total("users")) == 1
    alone.append(turns.is_alone)
    database.look(lambda _: None)
    for _ in range(2):
        turns.take(lambda _: None)
    alone.append(turns.is_alone)
    monkeypatch.setattr(module, "REMEMBERED", 0)
    turns.take(lambda _: None)
    assert [*alone, turns.is_alone] == [True, False, True]
    assert shares == [ALONE, ALONE, 1, 1, ALONE]
