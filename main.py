"""A clicker bot whose only database is Telegram: this page reads the settings and starts the bot, or the demo."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bots import BOTS, DEFAULT, load
from runtime import process as signals
from runtime import streams

if TYPE_CHECKING:
    from runtime.app import App
    from runtime.settings import Settings, SettingsError

NO_COPIES = "with DATABASE_URL the tables are in PostgreSQL, whose own means make backups (pg_dump, pg_restore)."
ENV_FILE = Path(__file__).with_name(".env")


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="A clicker bot whose only database is Telegram.")
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="play with a local Telegram; the default without BOT_TOKEN",
    )
    parser.add_argument("--bot", metavar="NAME", help="which bot runs; wins over BOT (default: clicker)")
    parser.add_argument("--port", type=int, help="port of the demo's page (default: 8080 or a free one)")
    parser.add_argument("--env-file", type=Path, help="the settings (default: .env beside main.py)")
    parser.add_argument("--check", action="store_true", help="tell whether token, backup chat and stored copy are good")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="with the stored copies")
    listing = commands.add_parser("backups", help="list and check what is stored")
    listing.set_defaults(command="backups")
    restoring = commands.add_parser("restore", help="make a stored generation the table")
    restoring.set_defaults(command="restore")
    restoring.add_argument("generation", type=int, help="its number in the list of `backups`")
    restoring.add_argument("--yes", action="store_true", help="do not ask")
    moving = commands.add_parser("move", help="move the tables from Telegram to the server of DATABASE_URL, or back")
    moving.set_defaults(command="move")
    moving.add_argument("side", choices=["postgresql", "telegram"], help="where to")
    moving.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _meant(options: argparse.Namespace, settings: "Settings", env_file: Path) -> "SettingsError | None":
    """What to say to somebody who means to run a bot and has no token; None to one who may play."""
    from runtime.settings import misnamed_token, missing_token  # noqa: PLC0415

    is_meant = options.command or options.check or options.env_file or options.demo is False or "DYNO" in os.environ
    if is_meant or settings.admin_id or settings.config_id:
        return misnamed_token(env_file) or missing_token()
    return misnamed_token(env_file)


def _with_database(app: "App", options: argparse.Namespace) -> int | None:
    """The exit status of what makes no sense with DATABASE_URL, after a line that says so; None for all else."""
    from runtime.on_server import ways  # noqa: PLC0415
    from runtime.settings import SettingsError  # noqa: PLC0415

    try:
        ways(app)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if options.command and options.command != "move":
        print(f"`{options.command}` is for copies in Telegram: {NO_COPIES}", file=sys.stderr)
        return 1
    return None


def _command(app: "App", settings: "Settings", options: argparse.Namespace, env_file: Path) -> int:
    """Do what the command line asks for. Only to move the tables, what speaks to a server is imported."""
    if options.command == "move":
        from runtime.terminal import move  # noqa: PLC0415

        return move.run(app, settings, options, env_file)
    from runtime.terminal import check  # noqa: PLC0415
    from runtime.terminal import stored as commands  # noqa: PLC0415

    return check.run(app, settings) if options.check else commands.run(app, settings, options, env_file)


def _run(app: "App", settings: "Settings", options: argparse.Namespace, env_file: Path, before: dict[int, Any]) -> int:
    """Run the bot, or what else the command line asks for."""
    if settings.database_url and (status := _with_database(app, options)) is not None:
        return status
    if options.check or options.command:
        signals.restore(before)
        return _command(app, settings, options, env_file)
    from runtime import serve as bot  # noqa: PLC0415

    return bot.run(app, settings, env_file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bot or the demo; returns the exit status."""
    # Whoever is stopped before anything has begun ends well; so what takes time to import is imported after this.
    # At once, as SystemExit is printed and forgotten if it is raised in a callback of the importer.
    before = signals.handle(signals.ends(), lambda: os._exit(0))
    options = read_arguments(arguments)
    env_file = options.env_file or ENV_FILE
    from runtime.lazy_aiogram import import_aiogram  # noqa: PLC0415
    from runtime.settings import SettingsError, read_settings  # noqa: PLC0415

    try:
        settings = None if options.demo else read_settings(env_file)
        if (name := options.bot or (settings and settings.bot) or DEFAULT) not in BOTS:
            raise SettingsError(f"BOT is wrong: expected {' or '.join(BOTS)}, not {name!r}.")
        if settings and not settings.bot_token:
            if options.env_file and not env_file.exists():
                raise SettingsError(f"--env-file is wrong: there is no {env_file}.")
            if error := _meant(options, settings, env_file):
                raise error
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if settings is None or not settings.bot_token:
        import demo  # noqa: PLC0415 - without aiogram

        signals.restore(before)
        return demo.run(options.port, name)
    import_aiogram()
    app = load(name)
    try:
        if app.settings is not type(settings):
            settings = read_settings(env_file, app.settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return _run(app, settings, options, env_file, before)


if __name__ == "__main__":
    streams.begin()
    ending = main()
    streams.end()
    sys.exit(ending)
