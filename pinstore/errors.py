"""What may go wrong with the store: a type for each situation that a caller tells apart."""

NAMELESS = "a bot without a name"
"""What the documents of a store without a name belong to."""


class StoreError(Exception):
    """The store cannot do what it was asked for."""


class SecondWriteError(StoreError):
    """An update writes a second time: a crash between the two would lose the second one for ever."""

    def __init__(self, update: int) -> None:
        super().__init__(f"update {update} has written already: what belongs to one update goes into one write")


class NotSetUpError(StoreError):
    """There is no backup chat yet, or nothing was ever stored in it, as far as anything shows."""


class OtherBotError(StoreError):
    """The stored document is another bot's: it stays as it is."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(f"the stored document belongs to {theirs or NAMELESS}, and this is {ours or NAMELESS}")


class ChatError(StoreError):
    """The admin chat cannot be used as it should; the message is one clause for the admin and the log."""


class MissingError(ChatError):
    """The message is not there, or not one that the bot can edit."""


class MigratedError(ChatError):
    """The group has become a supergroup, which has another id and messages of its own (Bot API, ResponseParameters)."""

    def __init__(self, before: int, chat_id: int) -> None:
        self.chat_id = chat_id
        super().__init__(f"group {before} has become supergroup {chat_id}: set ADMIN_ID to the new id")


class DocumentError(StoreError):
    """A stored copy is not good; the message says in one clause why."""


class NotABackupError(DocumentError):
    """It is something else altogether."""


class NewerVersionError(DocumentError):
    """The copy was written by a newer program: an older one must not touch it."""


class NotRestoredError(StoreError):
    """There are copies and none of them is good, or they cannot be reached; the message is one sentence."""


class DrillError(StoreError):
    """The stored copy differs from the tables; the message is one clause."""


class TooLargeError(StoreError):
    """No bot may send a file of this size."""


class StoppedError(StoreError):
    """The process ends."""


class OwnershipLostError(StoreError):
    """Another process has claimed the backup; this one must not save, confirm or answer any more."""


class OvertakenError(StoreError):
    """What we have restored is not what is stored, or our claim is hidden by a late one: restore and claim again."""
