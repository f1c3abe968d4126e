"""A place that is found between fences is the one that is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.clicker.tables import CHATS, USERS
from pinstore.postgres import places
from pinstore.postgres.places import Places

if TYPE_CHECKING:
    from tests.postgres.engine import Engine

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, moved=st.integers(1, 25), block=st.integers(2, 5))
async def test_ranks_between_fences_are_exact(
    other: Engine, rows: list[tuple[int, int]], moved: int, block: int
) -> None:
    """With many who are equal in one column or in both; one's own tap counts at once, whenever the fences were read."""
    await other.empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "BLOCK", block)
        found = Places(USERS)
        for key, (click, reached) in enumerate(rows, 1):
            new = "INSERT INTO users (chatid, click, reached) VALUES (?, ?, ?)"
            await other.write(lambda tables: tables.change(new, (key, click, reached)))  # noqa: B023
        for key in range(1, len(rows) + 2):
            assert await other.read(lambda tables: found.rank(tables, key)) == (  # noqa: B023
                await other.read(lambda tables: tables.rank("users", key))  # noqa: B023
            )
        if moved <= len(rows):
            best = "UPDATE users SET click = 9, reached = 0 WHERE chatid = ?"
            await other.write(lambda tables: tables.change(best, (moved,)))
            assert await other.read(lambda tables: found.rank(tables, moved)) == 1


async def test_fences_are_read_once_in_a_while(other: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with each question; and a table without a ranking has no places."""
    found, now = Places(USERS), [100.0]
    monkeypatch.setattr("pinstore.postgres.places.monotonic", lambda: now[0])
    assert await other.read(lambda tables: found.rank(tables, 1)) is None
    for key in (1, 2):
        await other.write(lambda tables: tables.change("INSERT INTO users (chatid, click) VALUES (?, 1)", (key,)))  # noqa: B023
    assert await other.read(lambda tables: found.rank(tables, 2)) == 1  # alone, as far as this process knows
    now[0] += places.LEAST
    assert await other.read(lambda tables: found.rank(tables, 2)) == 2
    with pytest.raises(LookupError):
        Places(CHATS)
