"""TLS before the local Telegram: what comes is decrypted here, and not by the bot that is measured."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import trustme

from tests.benchmarks.programs import BOTS, Program
from tests.stories.forward import pipe

HERE = "127.0.0.1"


@asynccontextmanager
async def encrypted(url: str) -> AsyncIterator[tuple[str, Path]]:
    """An https address of the server at `url`, and the file of the authority that vouches for it."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HERE).configure_cert(context)
    behind = urlsplit(url)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(behind.hostname, behind.port)
        await asyncio.gather(pipe(reader, there[1]), pipe(there[0], writer))

    server = await asyncio.start_server(relay, HERE, 0, ssl=context)
    with TemporaryDirectory() as folder:
        file = Path(folder, "authority.pem")
        authority.cert_pem.write_to_path(str(file))
        try:
            yield f"https://{HERE}:{server.sockets[0].getsockname()[1]}", file
        finally:
            server.close()


def trusting(program: Program, authority: Path) -> Program:
    """The same, for which this authority vouches as well."""
    python, *rest = program.argv
    return replace(program, argv=(python, "-m", f"{BOTS}.trusting", str(authority), *rest))
