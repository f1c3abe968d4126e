"""A file that getFile has told of: downloaded, or read where a server in local mode has put it.

Such a server answers with a path on its own disk (Bot API, Using a Local Bot API Server). That path holds the token, so
it stands in no error.
"""

import asyncio
import errno
import os
import stat
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError

from pinstore.chat.methods import Download
from pinstore.errors import ChatError

DOWNLOAD_TIME = 60
"""Seconds for a download of at most 20 MiB (Bot API, getFile)."""


class ElsewhereError(ChatError):
    """The file lies on the disk of another machine, or where this process may not read."""


async def content_of(bot: Bot, file_path: str) -> bytes:
    """The content of a file. Raises ElsewhereError, or an error of `retry.AMBIGUOUS`."""
    path = _local(file_path)
    if path is None:
        return await _download(bot, file_path)
    try:
        return await asyncio.to_thread(_read, path)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "it is no path here"
        raise ElsewhereError(
            f"the Bot API server keeps its files on its disk, where this process cannot read them ({why}): run the "
            "bot where they are, as a user who may read them, or the server without --local"
        ) from None


async def _download(bot: Bot, path: str) -> bytes:
    """By the session's own way where it has one, else by aiogram's."""
    if getattr(bot.session, "takes_downloads", False):
        return await bot(Download(path=path), request_timeout=DOWNLOAD_TIME)
    from aiohttp import ClientError  # noqa: PLC0415 - what aiogram's own session has imported

    content = BytesIO()
    try:
        await bot.download_file(path, content, timeout=DOWNLOAD_TIME)
    except ClientError as error:
        raise TelegramNetworkError(Download(path=path), f"{type(error).__name__}: {error}") from error
    return content.getvalue()


def _local(file_path: str) -> Path | None:
    """Where it lies on a disk, None for a file that is downloaded; the server's system may be another one."""
    if file_path.lower().startswith("file:"):
        from urllib.request import url2pathname  # noqa: PLC0415 - it brings an HTTP client, and hardly any server does so

        return Path(url2pathname(urlsplit(file_path).path))
    is_absolute = PurePosixPath(file_path).is_absolute() or PureWindowsPath(file_path).is_absolute()
    return Path(file_path) if is_absolute else None


def _read(path: Path) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return path.read_bytes()
