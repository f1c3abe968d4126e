"""An empty database of its own for each test."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.postgres.engine import Engine, engine
from tests.postgres.server import SMALL, postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.postgres.server import Server

_numbers = count()


@pytest.fixture
async def other(postgresql: Server) -> AsyncIterator[Engine]:
    """The clicker's tables in a database of their own."""
    async with engine(postgresql, f"clicker{next(_numbers)}") as made:
        yield made


@pytest.fixture
async def database_url(postgresql: Server) -> str:
    """What DATABASE_URL is set to: a database in which there is nothing."""
    return await postgresql.empty()


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may stop."""
    with postgres(SMALL) as server:
        assert server, "PostgreSQL is not installed"
        yield server
