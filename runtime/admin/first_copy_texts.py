"""What the admin reads when a copy lies pinned in the chat in which he sets the bot up."""

from pinstore import Document
from runtime.admin.restoring_texts import faulty
from runtime.admin.store_texts import moment
from runtime.languages import Phrase

ANSWERS = {"take": Phrase("Take it"), "empty": Phrase("Begin with an empty one"), "leave": Phrase("Cancel")}

TAKEN = Phrase("The copy is taken.")
BEGUN = Phrase("An empty table is begun; the pinned copy stays where it is.")
LEFT = Phrase("Cancelled, nothing is begun.")
STALE = Phrase("This question is out of date: send admin with the code once more.")
OWNED = Phrase(
    "Another running bot with the same token holds this copy: stop it and send admin with the code once more."
)


def question(document: Document, counted: str) -> Phrase:
    """A readable copy that this bot has not written."""
    told = Phrase("{counted}, {at}", counted=counted, at=moment(document.saved_at)) if document.saved_at else counted
    return Phrase(
        "Here lies a pinned copy that this bot has not written: {told}. "
        "Take the table from it? The copy itself stays as it is.",
        told=told,
    )


def taken(counted: str) -> Phrase:
    """The copy is the table now."""
    return Phrase("Here lies a pinned copy, it is restored: {counted}.", counted=counted)


def broken(error: BaseException) -> Phrase:
    """A copy that cannot be read."""
    return Phrase(
        "Here lies a pinned copy that cannot be restored: {fault}. Nothing is begun over it: "
        "if it is not needed, unpin it and send admin with the code once more.",
        fault=faulty(error),
    )


def not_looked(reason: str) -> Phrase:
    """Telegram did not tell what is pinned."""
    return Phrase("What is pinned here could not be seen: {reason}. Send admin with the code once more.", reason=reason)
