"""The people of the bazaar, for what all bots share; whoever is banned has no ads any more."""

from collections.abc import Callable

from bots.bazaar import endings, texts
from pinstore import Tables
from runtime.languages import Phrase
from runtime.people import People

_COUNT = "SELECT count(*) FROM ads WHERE owner = ?"


class Folk(People):
    """Everybody with a row."""

    when_banned: Callable[[], None] = staticmethod(lambda: None)

    async def banned(self, tables: Tables, person: int) -> None:
        """Serve him no more, and take his ads down."""
        await super().banned(tables, person)
        endings.close_all(tables, person, texts.CLOSED_CARD)

    async def ban(self, person: int) -> None:
        """As `banned`, at once."""
        await super().ban(person)
        self.when_banned()

    async def facts(self, tables: Tables, person: int) -> tuple[Phrase, ...]:
        """How many ads he has given."""
        (count,) = await tables.row(_COUNT, (person,))
        return (Phrase("Ads: {count}", count=count),)
