"""What the admin reads when he restores a copy from the chat."""

from collections.abc import Iterator

from pinstore import Document, errors, retry
from runtime.admin.chat import AdminChat
from runtime.admin.difference import Difference, Rows
from runtime.admin.store_texts import moment
from runtime.languages import Phrase
from runtime.names import one_line

YES = Phrase("Restore")
NO = Phrase("Cancel")
TOO_LARGE = Phrase(
    "The file is larger than 20 MB: Telegram's bots do not download such files, it can only be restored part by part "
    "from the history."
)
STALE = Phrase("This question is out of date: send the document once more.")
EXPIRED = Phrase("The question is out of date.")
ACCEPTED = Phrase("Restoring…")
REFUSED = Phrase("Cancelled, nothing has changed.")

FAULTS = {
    errors.Fault.NOT_JSON: Phrase("it is not JSON"),
    errors.Fault.NOT_OURS: Phrase("it is no backup of this program"),
    errors.Fault.OTHER_BOT: Phrase("it is a copy of another bot"),
    errors.Fault.NEWER: Phrase("a newer version of the program has written it"),
    errors.Fault.CHECKSUM: Phrase("its checksum is wrong"),
    errors.Fault.FIELD: Phrase("its field {0} is damaged"),
    errors.Fault.ROW_SHAPE: Phrase("its row {0} is not like {1}"),
    errors.Fault.COUNTS: Phrase("its sums are wrong ({0} {1} instead of {2})"),
    errors.Fault.PART: Phrase("a part of its table {0} cannot be read"),
    errors.Fault.PART_ROWS: Phrase("a part of its table {0} cannot be read"),
    errors.Fault.TABLE: Phrase("this program does not know the table {0} or its columns"),
    errors.Fault.ROW: Phrase("its table {0} has a wrong row"),
}
"""What is wrong with a document; {0}, {1}, {2} are the values of its error."""

NO_FILE = Phrase("Telegram does not give its file or a part of it")


def broken(error: BaseException) -> Phrase:
    """The document is no good copy."""
    return Phrase("This document cannot be restored: {fault}.", fault=faulty(error))


def faulty(error: BaseException) -> Phrase | str:
    """What is wrong with a copy."""
    if isinstance(error, errors.DocumentError):
        return FAULTS[error.fault].of(*error.values)
    if isinstance(error, errors.OtherBotError):
        return FAULTS[errors.Fault.OTHER_BOT]
    return NO_FILE if isinstance(error, errors.NoFileError) else retry.reason(error)


def not_read(reason: str) -> Phrase:
    """Telegram did not let it be read."""
    return Phrase("The document could not be read: {reason}. Send it once more.", reason=reason)


def question(admin: AdminChat, document: Document, difference: Difference) -> list[Phrase | str]:
    """What would change, and what to do."""
    at = moment(document.saved_at)
    asked = (
        Phrase("Restore this copy (generation {generation}, {at})?", generation=document.generation, at=at)
        if document.generation
        else Phrase("Restore this copy ({at})?", at=at)
    )
    first, *others = difference.tables
    people = difference.tables[first]
    lines: list[Phrase | str] = [
        asked,
        "",
        *(_change(admin, difference, total.name) for total in admin.app.totals),
        *([Phrase("People whose number differs: {count}", count=people.changed)] if difference.sums else []),
        Phrase("Come back: {count}", count=people.returning),
        Phrase("Go: {count}", count=people.missing),
    ]
    lines += [
        Phrase("  {name} - {number} (id {id})", name=one_line(name), number=number, id=person)
        for person, name, number in difference.named
    ]
    if people.missing > len(difference.named):
        lines.append(Phrase("  and {count} more", count=people.missing - len(difference.named)))
    told = [line for name in others for line in _other(admin, name, difference)]
    lines += ["", *told] if told else []
    lines += ["", Phrase("All that came after this copy goes. The present table stays in the history: /backups.")]
    return lines


def done(counted: str, generation: int) -> Phrase:
    """The document is the table."""
    return Phrase(
        "The copy is restored: {counted}, stored as generation {generation}.", counted=counted, generation=generation
    )


def not_done(reason: str) -> Phrase:
    """Nothing was changed."""
    return Phrase("It could not be restored, nothing has changed: {reason}.", reason=reason)


def not_stored(counted: str, reason: str) -> Phrase:
    """The document is the table in memory only."""
    return Phrase(
        "The copy is restored ({counted}), but not stored yet: {reason}. The bot keeps trying.",
        counted=counted,
        reason=reason,
    )


def _change(admin: AdminChat, difference: Difference, name: str) -> str:
    before, after = difference.before.get(name, 0), difference.after.get(name, 0)
    return f"{admin.label(name)}: {before} → {after} ({after - before:+})"


def _other(admin: AdminChat, name: str, difference: Difference) -> Iterator[Phrase | str]:
    """What would change in a table besides that of people; nothing is said of one that is empty in both."""
    if difference.before.get(name, 0) or difference.after.get(name, 0):
        change = _change(admin, difference, name)
        details = _details(difference.tables[name])
        yield Phrase("{change}, {details}", change=change, details=details) if details else change
        for total in difference.sums.get(name, ()):
            yield _change(admin, difference, total)


def _details(rows: Rows) -> list[Phrase]:
    told = (
        (rows.changed, Phrase("change {number}", number=rows.changed)),
        (rows.returning, Phrase("come back {number}", number=rows.returning)),
        (rows.missing, Phrase("go {number}", number=rows.missing)),
    )
    return [phrase for number, phrase in told if number]
