"""A clicker bot whose only database is Telegram: this page reads the settings and starts the bot, or the demo."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from runtime import process as signals

ENV_FILE = Path(__file__).with_name(".env")


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="A clicker bot whose only database is Telegram.")
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="play with a local Telegram; the default without BOT_TOKEN",
    )
    parser.add_argument("--port", type=int, help="port of the demo's page (default: 8080 or a free one)")
    parser.add_argument("--env-file", type=Path, default=ENV_FILE, help="the settings (default: .env beside main.py)")
    parser.add_argument("--check", action="store_true", help="tell whether token, backup chat and stored copy are good")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="with the stored copies")
    listing = commands.add_parser("backups", help="list and check what is stored")
    listing.set_defaults(command="backups")
    restoring = commands.add_parser("restore", help="make a stored generation the table")
    restoring.set_defaults(command="restore")
    restoring.add_argument("generation", type=int, help="its number in the list of `backups`")
    restoring.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot or the demo; returns the exit status."""
    # Whoever is stopped before anything has begun ends well; so what takes time to import is imported after this.
    # At once, as SystemExit is printed and forgotten if it is raised in a callback of the importer.
    before = signals.handle(signals.POLITE, lambda: os._exit(0))
    options = read_arguments(arguments)
    from runtime.lazy_types import import_aiogram  # noqa: PLC0415
    from runtime.settings import SettingsError, missing_token, read_settings  # noqa: PLC0415

    try:
        settings = None if options.demo else read_settings(options.env_file)
        plays = options.demo is None and "DYNO" not in os.environ and not (options.command or options.check)
        if settings and not settings.bot_token and not plays:
            raise missing_token()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if settings is None or not settings.bot_token:
        import demo  # noqa: PLC0415 - without aiogram

        signals.restore(before)
        return demo.run(options.port)
    import_aiogram()
    from runtime import serve as bot  # noqa: PLC0415
    from runtime.terminal import check  # noqa: PLC0415
    from runtime.terminal import stored as commands  # noqa: PLC0415

    if options.check or options.command:
        signals.restore(before)
        return check.run(settings) if options.check else commands.run(settings, options)
    return bot.run(settings, options.env_file)


if __name__ == "__main__":
    sys.exit(main())
