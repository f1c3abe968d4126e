"""`main.py` for this bot alone."""

import sys
from pathlib import Path

from runtime import serve
from runtime.settings import read_settings
from tests.runtime.pantry import app

sys.exit(serve.run(app, read_settings(Path("none")), Path("none")))
