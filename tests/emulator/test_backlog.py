"""The backlog of a webhook, whatever happens to its updates: laws that no order of events breaks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.state.backlog import Backlog, Loaded
from emulator.state.clock import Clock
from emulator.state.lanes import lane
from emulator.state.queue import UpdateQueue

CONNECTIONS = 2
LIFETIME = 300

deeds = st.lists(
    st.one_of(
        st.tuples(st.just("push"), st.integers(1, 6)),
        st.tuples(st.just("good"), st.integers(0, 3)),
        st.tuples(st.just("bad"), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.integers(1, 100)),
        st.tuples(st.just("later"), st.integers(1, 5000)),
    ),
    max_size=80,
)


@given(deeds)
@settings(max_examples=150, deadline=None)
def test_lines_keep_their_order(story: list[tuple[str, int]]) -> None:
    """A line has one update under way, its oldest; each is delivered once or dropped; so many lines are loaded."""
    clock = Clock(1_000_000.0, ticking=False)
    queue = UpdateQueue(clock)
    backlog = Backlog(queue, clock, CONNECTIONS)
    pushed: dict[int, list[int]] = {}
    under_way: list[Loaded] = []
    for deed, number in story:
        if deed == "push":
            chat = {"chat": {"id": number}}
            update_id = queue.push("message", chat, LIFETIME, lane("message", chat))
            assert update_id is not None
            pushed.setdefault(number, []).append(update_id)
        elif deed == "wait":
            clock.advance(number)
        elif under_way:
            update = under_way.pop(number % len(under_way))
            if deed == "good":
                backlog.delivered(update)
            else:
                backlog.failed(update, number if deed == "later" else 0)
        backlog.load()
        while (taken := backlog.take()) is not None:
            under_way.append(taken)
        lines = [update.lane for update in under_way]
        assert len(set(lines)) == len(lines) <= backlog.lanes <= 2 * CONNECTIONS
        assert all(queue.head <= update.stored.id or update.stored.expires < clock.now() for update in under_way)
    for sent in pushed.values():
        done = [number for number in queue.confirmed if number in sent]
        assert done == sorted(set(done))


def test_an_update_of_no_line_waits_for_nobody() -> None:
    """Each has one of its own."""
    clock = Clock(1_000_000.0, ticking=False)
    queue = UpdateQueue(clock)
    backlog = Backlog(queue, clock, CONNECTIONS)
    for _ in range(5):
        queue.push("poll", {"id": "7"}, LIFETIME, lane("poll", {"id": "7"}))
    backlog.load()
    taken = [backlog.take() for _ in range(5)]
    assert [update is not None for update in taken] == [True] * 4 + [False]
