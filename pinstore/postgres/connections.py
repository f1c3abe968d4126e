"""Connections to the server: a few, kept open."""

import asyncpg

CONNECTIONS = 4
TIMEOUT = 10.0
"""Seconds for one statement, and for a new connection."""


async def connections(url: str) -> asyncpg.Pool:
    """To that of the hosts that can be written to."""
    return await asyncpg.create_pool(
        url,
        min_size=0,  # to keep one open, the pool would go on trying by itself while the server is away, and tell of it
        max_size=CONNECTIONS,
        timeout=TIMEOUT,
        command_timeout=TIMEOUT,
        target_session_attrs="read-write",
        reset=_clean,
    )


async def _clean(connection: asyncpg.Connection) -> None:
    """Nothing here outlives its transaction; to reset a connection all the same costs as much as another statement."""
    if connection.is_in_transaction():
        await connection.reset(timeout=TIMEOUT)
