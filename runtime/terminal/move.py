"""What a person does from a terminal who wants the tables on a server, or back in Telegram: `move`."""

import asyncio
import sys
from argparse import Namespace
from pathlib import Path

from aiogram import Bot

from pinstore import ServerStore, errors, retry
from runtime.app import App
from runtime.ends import LOST, SHUT_OUT, shut_out
from runtime.env_file import remember
from runtime.ops.logs import Redaction, start_log
from runtime.session import new_bot
from runtime.settings import Settings
from runtime.tables import tables_of
from runtime.terminal.closed import closed_store
from runtime.terminal.stored import FAILURES
from runtime.terminal.waiting import Waiting

QUESTION = "Move the tables? A running bot ends and has to be started again. [y/N] "
NO_DATABASE = "DATABASE_URL is not set: expected the address of the PostgreSQL server to move to, or from."


async def _move(app: App, bot: Bot, settings: Settings, options: Namespace, env_file: Path) -> int:
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    async with ServerStore.mover(url, tables_of(app), app.name) as mover:
        if options.side == "postgresql":
            chat = closed_store(app, bot, settings).side()
            plan = await mover.to_server(chat)
        else:
            chat_id = settings.admin_id or int((await mover.look()).kept["admin"])
            there = settings.model_copy(update={"admin_id": chat_id, "config_id": None})
            chat = closed_store(app, bot, there).side()
            plan = await mover.to_telegram(chat, chat_id)
        counts = ", ".join(f"{name} {count}" for name, count in plan.totals.items())
        print(f"from: {plan.source}\nto:   {plan.target}\nwhat: {counts}")
        if plan.act is None:
            print(plan.said)
            return 0
        if not options.yes and not await asyncio.to_thread(_agrees):
            print("Nothing was changed.")
            return 1
        await plan.act()
    if chat.has_place:
        remember(env_file, *chat.place)
    print(plan.said)
    return 0


def _agrees() -> bool:
    try:
        return input(QUESTION).strip().lower() in ("y", "yes")
    except EOFError:
        return False


async def carry_out(app: App, settings: Settings, options: Namespace, env_file: Path) -> int:
    """Move to `options.side`; returns the exit status of success, or of a no."""
    bot = new_bot(settings)
    bot.session.middleware(Waiting())
    try:
        return await _move(app, bot, settings, options, env_file)
    finally:
        await bot.session.close()


def run(app: App, settings: Settings, options: Namespace, env_file: Path) -> int:
    """Move to `options.side`; returns the exit status."""
    if settings.database_url is None:
        print(NO_DATABASE, file=sys.stderr)
        return 2
    start_log("WARNING", Redaction(settings.token, settings.secrets), settings.log_format)
    try:
        return asyncio.run(carry_out(app, settings, options, env_file))
    except (errors.OwnershipLostError, errors.OvertakenError):
        status, line = 3, str(LOST)
    except SHUT_OUT as error:
        end = shut_out(error)
        status, line = end.status, str(end)
    except errors.OtherBotError as error:
        status, line = 2, f"BOT is wrong: {error}."
    except errors.CannotMoveError as error:
        status, line = 1, str(error)
    except errors.NotSetUpError:
        status, line = 1, "There is nothing to move: no tables are in Telegram."
    except FAILURES as error:
        status, line = 1, f"{retry.reason(error)} Run the same command again."
    except KeyboardInterrupt:
        status, line = 130, "Broken off: run the same command again to finish."
    print(line, file=sys.stderr)
    return status
