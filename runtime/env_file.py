"""The file of settings: what a bot remembers in it."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from dotenv import set_key

log = logging.getLogger(__name__)


def remember(env_file: Path, admin_id: int, config_id: int) -> None:
    """Keep where the backup lies: in `env_file` if it exists and is writable, and in the log for every other place."""
    try:
        if env_file.is_file() and os.access(env_file, os.W_OK):
            _write(env_file, {"ADMIN_ID": str(admin_id), "CONFIG_ID": str(config_id)})
            log.info("Remembered in %s: ADMIN_ID=%s CONFIG_ID=%s", env_file.name, admin_id, config_id)
            return
    except OSError as error:
        log.warning("%s could not be written: %s", env_file.name, error.strerror)
    log.warning("Set these two where the bot runs:\nADMIN_ID=%s\nCONFIG_ID=%s", admin_id, config_id)
    log.warning("On Heroku: heroku config:set ADMIN_ID=%s CONFIG_ID=%s", admin_id, config_id)


def _write(env_file: Path, lines: Mapping[str, str]) -> None:
    """Change lines, by a new file in the place of the old one; where that is not allowed, in the file itself."""
    try:
        _set(env_file, lines)
    except OSError:  # the folder is another user's, or the file alone is mounted (Docker)
        with TemporaryDirectory() as folder:
            copy = Path(folder, "copy.env")
            copy.write_bytes(env_file.read_bytes())
            _set(copy, lines)
            _overwrite(env_file, copy.read_bytes())


def _set(env_file: Path, lines: Mapping[str, str]) -> None:
    for name, value in lines.items():
        set_key(env_file, name, value, "never", encoding="utf-8", follow_symlinks=True)


def _overwrite(path: Path, content: bytes) -> None:
    """In one go, and never shorter than before until all of it is there: a crash leaves the token where it was."""
    with path.open("r+b", buffering=0) as file:
        file.write(content.ljust(path.stat().st_size, b"\n"))
        file.truncate(len(content))
