"""What the admin reads about the store."""

from datetime import datetime

from runtime.languages import Phrase

EXPORT_HOW = Phrase("Write /export csv, /export xlsx, /export sqlite or /export json.")
OVER_LIMIT = Phrase("The export is larger than 50 MB even when packed: Telegram's bots do not send such files.")

AUTO_DELETE_OFF = Phrase("Auto-delete is off in this chat: the copies are in no danger any more.")
SAVES_WORK = Phrase("Saving works again.")
OVERLOADED = Phrase(
    "More comes than can be stored in time: until the queue is worked off, a failure may lose one interval at most."
)
EXACT_AGAIN = Phrase("The queue is worked off: everything is stored again before it is confirmed.")


def auto_delete(seconds: int) -> Phrase:
    """Told when a timer deletes messages of the backup chat, and at each start while it does."""
    return Phrase(
        "Telegram deletes messages of this chat after {time} (auto-delete), and the backup copies as well. "
        "Turn auto-delete off in the settings of this chat. While it is on, the bot writes the document anew in time, "
        "but if it is off for longer than that, there will be nothing to restore the table from.",
        time=span(seconds),
    )


def span(seconds: int) -> Phrase:
    """A time in the largest unit that divides it."""
    if seconds % 86_400 == 0:
        return Phrase("{number} d", number=seconds // 86_400)
    if seconds % 3_600 == 0:
        return Phrase("{number} h", number=seconds // 3_600)
    return Phrase("{number} min", number=seconds // 60) if seconds % 60 == 0 else Phrase("{number} s", number=seconds)


def saved(generation: int, document: int, parts: int) -> Phrase:
    """The answer to /backup; both sizes in bytes."""
    return Phrase("Saved: generation {generation}, {size}.", generation=generation, size=copy_size(document, parts))


def not_saved(reason: str) -> Phrase:
    """The answer to /backup that failed."""
    return Phrase("It could not be saved: {reason}. The bot tries again by itself, nothing is lost.", reason=reason)


def reading(number: int, seconds: int) -> Phrase:
    """Said before a list that takes its time."""
    return Phrase("Reading and checking {number} copies, this takes about {seconds} s.", number=number, seconds=seconds)


def copy_line(generation: int, saved_at: str, counted: str, size_in_bytes: int, fault: Phrase | str) -> Phrase:
    """A line of /backups."""
    state = Phrase("DAMAGED: {fault}", fault=fault) if fault else Phrase("good")
    return Phrase(
        "{generation}: {at}, {counted}, {size}, {state}",
        generation=generation,
        at=moment(saved_at),
        counted=counted,
        size=size(size_in_bytes),
        state=state,
    )


def unread(message_id: int, reason: str) -> Phrase:
    """A line of /backups for a message that holds no copy any more."""
    return Phrase("message {message}: cannot be read ({reason})", message=message_id, reason=reason)


def not_listed(reason: str) -> Phrase:
    """The answer to /backups that failed."""
    return Phrase("The copies could not be read: {reason}.", reason=reason)


def exported(counted: str, at: datetime) -> Phrase:
    """The caption of an export."""
    return Phrase("Export: {counted}, {at} UTC.", counted=counted, at=f"{at:%d.%m.%Y %H:%M:%S}")


def not_exported(reason: str) -> Phrase:
    """The answer to /export that failed."""
    return Phrase("The export failed: {reason}.", reason=reason)


def size(number: int) -> Phrase:
    """A number of bytes for people."""
    if number >= 1 << 20:
        return Phrase("{number} MB", number=number / (1 << 20))
    return (
        Phrase("{number} KB", number=number / (1 << 10)) if number >= 1 << 10 else Phrase("{number} B", number=number)
    )


def copy_size(document: int, parts: int) -> Phrase:
    """The size of a copy, of a document and its parts in bytes."""
    if not parts:
        return size(document)
    return Phrase("{document} and parts of {parts}", document=size(document), parts=size(parts))


def moment(saved_at: str) -> Phrase | str:
    """A time as the captions of the copies have it, of one as the documents have it."""
    try:
        return f"{datetime.fromisoformat(saved_at):%d.%m.%Y %H:%M:%S} UTC"
    except ValueError:
        return Phrase("time unknown")


def admin_id(chat_id: int) -> str:
    """The first of the two lines that the admin copies into the environment."""
    return f"admin_id = {chat_id}"


def config_id(message_id: int) -> str:
    """The second one."""
    return f"config_id = {message_id}"


def not_written(reason: str) -> Phrase:
    """The document could not be written."""
    return Phrase("The backup was not written: {reason}. Send admin once more.", reason=reason)


def saves_fail(reason: str) -> Phrase:
    """Saves keep failing."""
    return Phrase(
        "Saving fails: {reason}. Nothing is lost: Telegram keeps it, and the bot keeps trying.", reason=reason
    )


def not_restored(reason: str) -> Phrase:
    """The stored table cannot be restored, so nothing is served."""
    return Phrase("The table is not restored, the bot waits and tries again. {reason}", reason=reason)


def fell_back(faults: str) -> Phrase:
    """An older copy had to be taken."""
    return Phrase("An older copy was taken, as the newer one is damaged: {faults}", faults=faults)


def drilled(rows: int) -> Phrase:
    """The stored copy is good."""
    return Phrase("The copy was downloaded and compared: all rows agree ({rows}).", rows=rows)


def drill_failed(reason: str) -> Phrase:
    """The stored copy is not what the tables hold, or could not be read."""
    return Phrase("The check of the copy failed: {reason}", reason=reason)


def backup_caption(counted: str, saved_at: datetime, drilled_at: datetime | None) -> Phrase | str:
    """What the admin reads under the backup document; the store adds its own marks after it."""
    told = f"{counted[:1].upper()}{counted[1:]}, {saved_at:%d.%m.%Y %H:%M:%S} UTC"
    if drilled_at is None:
        return told
    return Phrase("{told}, checked {at}", told=told, at=f"{drilled_at:%d.%m.%Y %H:%M}")
