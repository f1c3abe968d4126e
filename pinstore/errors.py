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
