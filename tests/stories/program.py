"""A program that was not written for these tests, run in this process as `python PROGRAM` against the local Telegram.

Where its process can be forked, `tests.stories.program_server` does so; elsewhere `python -m tests.stories.program`.
"""

from __future__ import annotations

import logging
import os
import runpy
import sys

from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer


def play(argv: list[str]) -> int:
    """Run the file of that name: a session's default server is the local one, and no line of the program says so."""
    defaults = list(BaseSession.__init__.__defaults__ or ())
    defaults[0] = TelegramAPIServer.from_base(os.environ["BOT_API_URL"])
    BaseSession.__init__.__defaults__ = tuple(defaults)
    logging.basicConfig(level=logging.INFO)
    sys.argv = argv
    runpy.run_path(argv[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(play(sys.argv[1:]))
