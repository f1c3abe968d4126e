"""Starts programs of `tests.stories.program` by forking: all of aiogram is imported once for all. Not on Windows."""

from __future__ import annotations

import gc
import socket
import sys
from importlib import import_module

assert sys.platform != "win32"

if __name__ == "__main__":
    from tests.stories.fork_server import serve
    from tests.stories.program import play

    import_module("pinstore")  # for the children
    gc.freeze()  # as in fork_server
    serve(socket.socket(fileno=int(sys.argv[1])), play)
