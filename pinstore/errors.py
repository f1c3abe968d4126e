"""What may go wrong with the store: a type for each situation that a caller tells apart."""

from enum import Enum

NAMELESS = "a bot without a name"
"""What the documents of a store without a name belong to."""


class Fault(Enum):
    """What is wrong with a stored copy, as a clause with places for what was found."""

    NOT_JSON = "it is not JSON"
    NOT_OURS = "it is not a clicker backup"
    OTHER_BOT = "the stored document belongs to {0}, and this is {1}"
    NEWER = "its version is {0!r}, this program reads up to {1}: run the newer program"
    CHECKSUM = "its checksum is wrong"
    FIELD = "its field {0} is wrong"
    ROW_SHAPE = "its row {0} is not {1}"
    COUNTS = "its counts are wrong: {0} {1} instead of {2}"
    PART = "a part of table {0} cannot be read"
    PART_ROWS = "a part of table {0} holds {1} rows instead of {2}"
    TABLE = "this program does not know the table {0} with columns {1}"
    ROW = "a row of its table {0} is wrong ({1})"


class StoreError(Exception):
    """The store cannot do what it was asked for."""


class SecondWriteError(StoreError):
    """An update writes a second time: a crash between the two would lose the second one for ever."""

    def __init__(self, update: int) -> None:
        super().__init__(f"update {update} has written already: what belongs to one update goes into one write")


class CountedError(StoreError):
    """The update has counted already: here, after a lost answer, or in another process."""

    def __init__(self, update: int) -> None:
        super().__init__(f"update {update} has counted already")


class OverdueError(StoreError):
    """A handler was broken off, and its update is done with."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it took longer than {seconds:g} s and was broken off")


class RefusedError(StoreError):
    """The server lets this program in no more, and waiting does not help; the message is its own."""


class WrongAddressError(RefusedError):
    """The address of the server says something that nobody understands."""


class NewerSchemaError(StoreError):
    """The tables on the server were laid by a newer program."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"the schema in the database is version {found}, and this program knows {known}: run the newer one"
        )


class ReplicasError(StoreError):
    """Telegram brings the updates to replicas: a process that polls would take them away."""

    def __init__(self) -> None:
        super().__init__("replicas with a webhook serve this bot")


class WaitingError(StoreError):
    """The work of a transaction waits for something else than its tables: everybody else would wait with it."""

    def __init__(self) -> None:
        super().__init__("what runs in one transaction awaits its tables alone: do all else before or after it")


class NotSetUpError(StoreError):
    """There is no backup chat yet, or nothing was ever stored in it, as far as anything shows."""


class ElsewhereError(StoreError):
    """The server has no tables of this bot yet, and Telegram has: whoever began here would begin with nothing."""

    def __init__(self, chat_id: int, message_id: int) -> None:
        super().__init__(f"the tables of this bot are in Telegram (chat {chat_id}, message {message_id})")


class MovedError(StoreError):
    """The tables are served from somewhere else, or by nobody until a move is finished."""

    def __init__(self, place: str, *, into_server: bool, is_finished: bool) -> None:
        """`place` is where they were moved to, in words."""
        self.into_server, self.is_finished = into_server, is_finished
        finished, begun = f"the tables of this bot were moved to {place}", f"a move of this bot's tables to {place}"
        super().__init__(finished if is_finished else f"{begun} is not finished")


class CannotMoveError(StoreError):
    """What was asked for makes no sense as the two sides are; the message is one sentence."""


class OtherBotError(StoreError):
    """The stored document is another bot's: it stays as it is."""

    def __init__(self, theirs: str, ours: str) -> None:
        self.theirs, self.ours = theirs or NAMELESS, ours or NAMELESS
        super().__init__(Fault.OTHER_BOT.value.format(self.theirs, self.ours))


class ChatError(StoreError):
    """The admin chat cannot be used as it should; the message is one clause for the admin and the log."""


class MissingError(ChatError):
    """The message is not there, or not one that the bot can edit."""


class NoFileError(MissingError):
    """Telegram does not give the file away any more; `why` are its words."""

    def __init__(self, why: str) -> None:
        super().__init__(f"its file cannot be downloaded ({why})")


class UnmodifiedError(MissingError):
    """Everything is already as it should be."""


class MigratedError(ChatError):
    """The group has become a supergroup, which has another id and messages of its own (Bot API, ResponseParameters)."""

    def __init__(self, before: int, chat_id: int) -> None:
        self.chat_id = chat_id
        super().__init__(f"group {before} has become supergroup {chat_id}: set ADMIN_ID to the new id")


class DocumentError(StoreError):
    """A stored copy is not good: `fault` and its `values` say why, the message says it in one clause."""

    def __init__(self, fault: Fault, *values: object, message_id: int | None = None) -> None:
        """`message_id` tells where it lies."""
        self.fault, self.values = fault, values
        where = f"message {message_id}: " if message_id else ""
        super().__init__(where + fault.value.format(*values))


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
