"""How a process ends that was not asked to: a status and one line."""

from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

from pinstore import errors, retry


class EndError(Exception):
    """The process ends with this status and this one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


LOST = EndError(
    3, "Another process has taken over this bot's backup: this one ends; what it had not stored, the other gets."
)


SHUT_OUT = (
    errors.RefusedError,
    errors.NewerSchemaError,
    errors.ElsewhereError,
    errors.MovedError,
    errors.ReplicasError,
)


def shut_out(error: Exception) -> EndError:
    """The tables are not this program's to serve there, for a reason that waiting does not end."""
    if isinstance(error, errors.NewerSchemaError):
        return EndError(3, f"Another program is in charge: {error}.")
    if isinstance(error, errors.ReplicasError):
        return EndError(3, f"Another process is in charge: {error}. Set WEBHOOK_URL here as well, or end all of them.")
    if isinstance(error, errors.MovedError):
        return EndError(3, moved(error))
    if isinstance(error, errors.ElsewhereError):
        return EndError(
            3, f"DATABASE_URL is set, but {error}: unset it, or move them there with `python main.py move postgresql`."
        )
    if isinstance(error, errors.WrongAddressError):
        return EndError(2, f"DATABASE_URL is wrong: {error}.")
    return EndError(1, f"The database refused this program ({error}): check DATABASE_URL.")


def moved(error: errors.MovedError) -> str:
    """Where the tables are instead, and what to do."""
    said = str(error)
    if not error.is_finished:
        side, other = ("postgresql", "unset") if error.into_server else ("telegram", "set")
        what = f"run `python main.py move {side}` again, unless it is under way, or {other} DATABASE_URL"
    else:
        what = "set DATABASE_URL" if error.into_server else "unset DATABASE_URL"
    return f"{said[0].upper()}{said[1:]}: {what}."


def refused(error: TelegramAPIError) -> EndError:
    """Telegram does not want this token, or says no in another final way."""
    if isinstance(error, (TelegramUnauthorizedError, TelegramNotFound)) and "method" not in error.message:
        return EndError(1, f"Telegram refused BOT_TOKEN ({error.message}): check it with BotFather.")
    return EndError(1, f"Telegram refused {error.method.__api_method__} ({error.message}): the bot cannot go on.")


def ended(why: object) -> Exception | None:
    """What the end of the store means for the process."""
    if isinstance(why, errors.OwnershipLostError):
        return LOST
    if isinstance(why, TelegramAPIError):
        return refused(why)
    if isinstance(why, SHUT_OUT):
        return shut_out(why)
    if isinstance(why, errors.OtherBotError):
        return EndError(2, f"BOT is wrong: {why}.")
    if isinstance(why, Exception):
        return EndError(1, f"The last save failed ({retry.reason(why)}): Telegram keeps what was not stored.")
    return None
