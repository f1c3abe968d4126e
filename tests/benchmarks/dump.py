"""What it costs PostgreSQL to keep its players: pg_dump and pg_restore, and the log that is sent to a second server."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.costs import Costs
from tests.benchmarks.crowd import crowd, ids
from tests.benchmarks.postgres_table import PostgresTable
from tests.benchmarks.samples import Samples, once
from tests.postgres.server import MISSING, Server, postgres

CHECKPOINTS_AN_HOUR = 12
"""PostgreSQL's own setting (checkpoint_timeout)."""


async def postgres_costs(players: int, taps_an_hour: int, repeats: int) -> Costs:
    """An hour's log is that of the taps from one checkpoint to the next, as often as there are checkpoints."""
    with postgres() as server:
        if server is None:
            return Costs(MISSING, MISSING, MISSING, MISSING)
        connection = await server.connect()
        try:
            table = await PostgresTable.filled(connection, crowd(players))
            log = await _log(table, ids(players), taps_an_hour // CHECKPOINTS_AN_HOUR)
            return await _copied(server, repeats, Samples([log * CHECKPOINTS_AN_HOUR]))
        finally:
            await connection.close()


async def _log(table: PostgresTable, chatids: list[int], taps: int) -> int:
    """Bytes that so many taps write."""
    await table.checkpoint()
    await table.wait_for_disk(wait=False)
    before = await table.written()
    for _ in range(taps):
        await table.tap(random.choice(chatids))
    return await table.written() - before


async def _copied(server: Server, repeats: int, hour: Samples) -> Costs:
    with TemporaryDirectory(prefix="clicker-dump-") as directory:
        file = f"{directory}/dump"
        dump = ("--format=custom", f"--file={file}", "postgres")
        saves = [await once(lambda: server.run("pg_dump", *dump)) for _ in range(repeats)]
        restores = []
        for number in range(repeats):
            await server.run("createdb", name := f"copy{number}")
            load = ("--jobs=2", f"--dbname={name}", file)
            restores.append(await once(lambda: server.run("pg_restore", *load)))  # noqa: B023 - called at once
        return Costs(Samples(saves), Samples([_size(file)]), Samples(restores), hour)


def _size(file: str) -> int:
    return Path(file).stat().st_size
