"""A server for all tests of a worker, and an empty database for each of them."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.postgres.engine import Engine, engine
from tests.postgres.server import MISSING, SMALL, Server, postgres

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_numbers = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server."""
    with postgres(SMALL) as server:
        if server is None:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"PostgreSQL: {MISSING}")
        yield server


@pytest.fixture
async def other(postgresql: Server) -> AsyncIterator[Engine]:
    """The clicker's tables in a database of their own."""
    async with engine(postgresql, f"clicker{next(_numbers)}") as made:
        yield made


@pytest.fixture
async def database_url(postgresql: Server) -> str:
    """What DATABASE_URL is set to: a database in which there is nothing."""
    name = f"empty{next(_numbers)}"
    connection = await postgresql.connect()
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return postgresql.url(name)
