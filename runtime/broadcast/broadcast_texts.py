"""What the admin reads and presses while a message goes to everybody."""

from collections.abc import Sequence

from runtime.broadcast.mailing import ASKED, CANCELLED, DONE, PAUSED, REFUSED, RUNNING, STOPPED, Broadcast
from runtime.languages import Phrase

HOW = Phrase("Answer the message that is to go to everybody with the command /broadcast.")
ALREADY = Phrase("A broadcast is under way already: wait for its end, or stop it.")

CONFIDENTIAL = Phrase(
    "This message holds data of the bot (a copy of the table, an export or its numbers): it is not sent."
)
OWN = Phrase("The bot itself has written this: only a message of your own can be sent.")
ALBUM = Phrase(
    "This is an album, and the bot sends one message only: send the pictures one by one and answer one of them."
)
UNREADABLE = Phrase("This file could not be checked, so it is not sent: it may hold data of the bot.")
NOT_COPIED = Phrase("This message is deleted or cannot be copied, so it cannot be sent.")
NOT_SHOWN = Phrase("Telegram does not show this message: answer it with the command /broadcast once more.")
CHANGED = Phrase(
    "The message has changed since the question, so the broadcast is cancelled: answer it with /broadcast once more."
)
STALE = Phrase("This question is out of date: answer the message with the command /broadcast once more.")

PREFIX = "broadcast"
SEND, CANCEL, PAUSE, RESUME, STOP = "send", "cancel", "pause", "resume", "stop"
PRESSED = {
    SEND: Phrase("The broadcast begins."),
    CANCEL: Phrase("The broadcast is cancelled."),
    PAUSE: Phrase("The broadcast pauses."),
    RESUME: Phrase("The broadcast goes on."),
    STOP: Phrase("The broadcast is stopped."),
}
TOO_LATE = Phrase("That cannot be done with this broadcast any more.")
NOT_BEGUN = {None: STALE, CANCELLED: STALE, ASKED: ALREADY}
"""Why a broadcast does not begin, by its status; whatever else it is, it has begun before."""

BUTTONS = {
    SEND: Phrase("📣 Send"),
    CANCEL: Phrase("Cancel"),
    PAUSE: Phrase("⏸ Pause"),
    RESUME: Phrase("▶️ Go on"),
    STOP: Phrase("⏹ Stop"),
}
OFFERED: dict[int, Sequence[str]] = {ASKED: (SEND, CANCEL), RUNNING: (PAUSE, STOP), PAUSED: (RESUME, STOP)}
"""What the admin can do with a broadcast of this status."""

_STATES = {
    RUNNING: Phrase("The broadcast is under way"),
    PAUSED: Phrase("The broadcast is paused"),
    STOPPED: Phrase("The broadcast was stopped"),
    DONE: Phrase("The broadcast is over"),
    REFUSED: Phrase("The broadcast was stopped, as the message is deleted or cannot be copied"),
    CANCELLED: Phrase("The broadcast was cancelled, nobody has got anything"),
}
CHECKING = Phrase("The broadcast goes on soon, the bot looks who has got the message already")


def question(number: int) -> Phrase:
    """What the admin is asked below a copy of the message, of so many people who would get it now."""
    return Phrase("Send this message? It would go to so many now: {number}.", number=number)


def progress(row: Broadcast, *, is_checking: bool = False) -> Phrase:
    """How far it has come; `is_checking`: after a crash it is looked who has got the message already."""
    if row.status == CANCELLED:
        return Phrase("{state}.", state=_STATES[row.status])
    total = max(row.total, row.sent + row.blocked + row.failed)
    told = [Phrase("Sent: {sent} of {total}", sent=row.sent, total=total)]
    if row.blocked:
        told.append(Phrase("blocked the bot: {number}", number=row.blocked))
    if row.failed:
        told.append(Phrase("not delivered: {number}", number=row.failed))
    return Phrase("{state}. {told}.", state=CHECKING if is_checking else _STATES[row.status], told=told)
