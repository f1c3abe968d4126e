"""A PostgreSQL of our own: Debian's package, on loopback, with its data in a directory that goes with it."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import asyncpg

from tests.stories.ports import free_port

BINARIES = Path("/usr/lib/postgresql")
USER = "postgres"
"""The server refuses to run as root; Debian's package brings this user along."""

LOOPBACK = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
LARGE = {
    "shared_buffers": "2GB",  # ten million players and their indexes fit, as they do in the bot's memory
    "maintenance_work_mem": "256MB",  # for building an index
    "max_wal_size": "8GB",  # checkpoints come by time, every five minutes, and not because a table was filled
    "jit": "off",  # short queries only lose by it
}
"""For benchmarks. All others are PostgreSQL's own, among them fsync, checkpoints and autovacuum."""

SMALL = {"shared_buffers": "16MB", "fsync": "off", "autovacuum": "off", "jit": "off"}
"""For a test, which looks at what is in the tables and not at how long that takes."""

_numbers = count()

MISSING = "not installed"


@dataclass(frozen=True)
class Server:
    """A running server."""

    binaries: Path
    port: int
    control: Callable[..., None]
    """Starts and stops it, as pg_ctl does."""

    def url(self, database: str = "postgres") -> str:
        """What DATABASE_URL is set to."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    async def connect(self, database: str = "postgres") -> asyncpg.Connection:
        """A connection over TCP, as a bot would have it."""
        return await asyncpg.connect(host="127.0.0.1", port=self.port, user=USER, database=database, ssl=False)

    async def empty(self) -> str:
        """What DATABASE_URL is set to for a database in which there is nothing."""
        name = f"empty{next(_numbers)}"
        connection = await self.connect()
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        return self.url(name)

    async def lock(self, user: str, password: str) -> None:
        """Have a user who is let in with this password alone."""
        connection = await self.connect()
        await connection.execute(f"CREATE ROLE {user} SUPERUSER LOGIN PASSWORD '{password}'")
        rules = await connection.fetchval("SHOW hba_file")
        await asyncio.to_thread(_put_first, Path(rules), f"host all {user} 127.0.0.1/32 scram-sha-256\n")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()

    async def stop(self, mode: str = "immediate") -> None:
        """End it as if it had crashed, or in another mode."""
        await asyncio.to_thread(self.control, "stop", f"--mode={mode}")

    async def promote(self) -> None:
        """Have a standby be the primary."""
        await asyncio.to_thread(self.control, "promote")

    async def start(self) -> None:
        """Let it run again."""
        await asyncio.to_thread(self.control, "start")

    async def run(self, program: str, *arguments: str) -> None:
        """Run one of the programs beside the server against it. Raises subprocess.CalledProcessError."""
        place = ("--host=127.0.0.1", f"--port={self.port}", f"--username={USER}")
        argv = [str(self.binaries / program), *place, *arguments]
        process = await asyncio.create_subprocess_exec(*argv, stdin=subprocess.DEVNULL)
        if status := await process.wait():
            raise subprocess.CalledProcessError(status, argv)


def _put_first(path: Path, line: str) -> None:
    path.write_text(line + path.read_text(encoding="utf-8"), encoding="utf-8")


def describe_postgres() -> str:
    """Its version and the settings that are not its own."""
    binaries = installed()
    settings = ", ".join(f"{name} {value}" for name, value in LARGE.items())
    return f"PostgreSQL {binaries.parent.name} with {settings}" if binaries else f"PostgreSQL: {MISSING}"


def installed() -> Path | None:
    """The newest version's programs."""
    found = [path.parent for path in BINARIES.glob("*/bin/initdb")]
    elsewhere = shutil.which("initdb")  # where no package of Debian's has put it
    return max(found, key=lambda path: float(path.parent.name), default=Path(elsewhere).parent if elsewhere else None)


@contextmanager
def postgres(settings: Mapping[str, str] = LARGE, primary: Server | None = None) -> Iterator[Server | None]:
    """A server with an empty database, or a standby of the `primary`; None where it is not installed."""
    binaries = installed()
    if binaries is None:
        yield None
        return
    directory = Path(tempfile.mkdtemp(prefix="clicker-postgres-"))
    try:
        with _running(binaries, directory, settings, primary) as server:
            yield server
    finally:
        shutil.rmtree(directory)


@contextmanager
def _running(binaries: Path, directory: Path, settings: Mapping[str, str], primary: Server | None) -> Iterator[Server]:
    user = _server_user(directory)
    place, port = ("-D", str(directory / "data")), free_port()
    settings = {**LOOPBACK, **settings, "port": str(port)}
    options = ("-o", " ".join(f"--{name}='{value}'" for name, value in settings.items()))
    with (directory / "log").open("w", encoding="utf-8") as log:

        def run(program: str, *arguments: str) -> None:
            argv = [str(binaries / program), *place, *arguments]
            subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory, user=user)

        def control(what: str, *more: str) -> None:
            run("pg_ctl", what, *(options if what == "start" else ()), *more)

        if primary is None:
            run("initdb", "--no-sync", "--auth=trust", f"--username={USER}", "--locale=C.UTF-8")
        else:
            source = f"--dbname=host=127.0.0.1 port={primary.port} user={USER}"
            run(
                "pg_basebackup",
                source,
                "--checkpoint=fast",
                "--wal-method=stream",
                "--write-recovery-conf",
                "--no-sync",
            )
        control("start")
        try:
            yield Server(binaries, port, control)
        finally:
            with suppress(subprocess.CalledProcessError):  # a test may have stopped it
                control("stop", "--mode=immediate")  # nothing of it is needed any more


def _server_user(directory: Path) -> str | None:
    """Whom the server must run as, None for ourselves; the directory is given to that user."""
    if sys.platform != "win32" and os.geteuid() == 0:
        shutil.chown(directory, USER)
        return USER
    return None
