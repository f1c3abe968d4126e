"""A clicker bot whose only database is Telegram: this page reads the settings and starts the bot, or the demo."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from clicker.settings import SettingsError, missing_token, read_settings

ENV_FILE = Path(__file__).with_name(".env")


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="A clicker bot whose only database is Telegram.")
    parser.add_argument("--demo", action="store_true", help="play with a local Telegram; the default without BOT_TOKEN")
    parser.add_argument("--port", type=int, help="port of the demo's page (default: 8080 or a free one)")
    parser.add_argument("--env-file", type=Path, default=ENV_FILE, help="the settings (default: .env beside main.py)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot or the demo; returns the exit status."""
    options = read_arguments(arguments)
    try:
        settings = None if options.demo else read_settings(options.env_file)
        if settings and not settings.bot_token and "DYNO" in os.environ:
            raise missing_token()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    # Imported here: aiogram takes seconds to load, and the demo itself does without.
    if settings is None or not settings.bot_token:
        from clicker import demo  # noqa: PLC0415

        return demo.run(options.port)
    from clicker import bot  # noqa: PLC0415

    return bot.run(settings, options.env_file)


if __name__ == "__main__":
    sys.exit(main())
