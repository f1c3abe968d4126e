"""The gate: whoever takes many turns sees whether anybody else comes, and lets him in."""

import threading

from pinstore.memory.lock import Lock


def test_one_alone_is_quiet() -> None:
    """His own turn is nobody else's."""
    gate = Lock()
    for _ in range(3):
        turns = gate.turns
        with gate:
            pass
        assert gate.is_quiet(turns)


def test_a_turn_of_another_is_seen_afterwards() -> None:
    """Though he had not to wait."""
    gate = Lock()
    turns = gate.turns
    for _ in range(2):
        with gate:
            pass
    assert not gate.is_quiet(turns)
    assert gate.is_quiet(gate.turns)


def test_who_waits_is_seen_at_once() -> None:
    """Until his turn has come."""
    gate, came = Lock(), threading.Event()

    def come() -> None:
        with gate:
            came.set()

    turns, other = gate.turns, threading.Thread(target=come)
    with gate:
        other.start()
        while gate.is_quiet(turns):
            assert not came.wait(0.001), "nobody else may have a turn yet"
    assert came.wait(10), "whoever waits did not get his turn"
    other.join()
    assert not gate.is_quiet(turns)
    assert gate.is_quiet(gate.turns)
