"""What can be told of a server without touching what is on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from pinstore.errors import RefusedError
from pinstore.memory.table import Table
from pinstore.postgres.charge import NAME, Charge
from pinstore.postgres.failures import AGAIN, FINAL, reason
from pinstore.postgres.schema import VERSION
from pinstore.postgres.tables import counts

TIMEOUT = 10.0

_KEPT = "SELECT name, value FROM kept"
_FOLLOWED = "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))"
_WAITS = frozenset({"on", "remote_write", "remote_apply"})
"""Values of `synchronous_commit` with which a commit waits for a standby, if one is named."""


@dataclass(frozen=True)
class Inspection:
    """One look."""

    server: str
    schema: int | None
    """None where nothing was laid yet."""
    known: int
    """The version that this program lays."""
    totals: Mapping[str, int]
    kept: Mapping[str, str]
    """What is known beside the tables."""
    charge: Charge | None
    survives: bool
    """Whether a commit is on two machines before it is answered."""


async def inspect(url: str, tables: Sequence[Table]) -> Inspection:
    """Look; one attempt. Raises RefusedError, a line."""
    try:
        connection = await asyncpg.connect(
            url, timeout=TIMEOUT, command_timeout=TIMEOUT, target_session_attrs="read-write"
        )
        try:
            return await _look(connection, tables)
        finally:
            await connection.close(timeout=1)
    except (*FINAL, *AGAIN, asyncpg.PostgresError) as error:
        raise RefusedError(reason(error)) from None


async def _look(connection: asyncpg.Connection, tables: Sequence[Table]) -> Inspection:
    version = (await connection.fetchval("SHOW server_version")).split()[0]
    is_laid = await connection.fetchval("SELECT to_regclass('kept') IS NOT NULL")
    kept = dict(await connection.fetch(_KEPT)) if is_laid else {}
    schema = int(kept.get("schema", 0)) if is_laid else None
    found = counts(tables) if schema is not None and schema <= VERSION else {}
    return Inspection(
        server=f"PostgreSQL {version}",
        schema=schema,
        known=VERSION,
        totals={name: await connection.fetchval(statement) for name, statement in found.items()},
        kept=kept,
        charge=Charge.parse(kept.get(NAME)),
        survives=await connection.fetchval("SHOW synchronous_commit") in _WAITS
        and bool(await connection.fetchval("SHOW synchronous_standby_names"))
        and await connection.fetchval(_FOLLOWED),
    )
