"""The people of the random chat, for what all bots share; who cannot be reached leaves his chat."""

from collections.abc import Awaitable, Callable, Sequence

from pinstore import Tables
from runtime.languages import Phrase
from runtime.people import People


class Crowd(People):
    """Everybody with a row."""

    on_gone: Callable[[int], Awaitable[None]] | None = None

    async def block(self, person: int) -> bool:
        """He has blocked the bot, or his account is gone."""
        is_news = await super().block(person)
        if self.on_gone:
            await self.on_gone(person)
        return is_news

    async def facts(self, tables: Tables, person: int) -> tuple[Phrase, ...]:
        """How much he has written, and whether he is banned."""
        row = await tables.row("SELECT messages FROM people WHERE person = ?", (person,))
        return (Phrase("Messages passed on: {count}", count=row[0]),)


def figures(tables: Tables) -> Sequence[Phrase]:
    """Lines of /stats."""
    return (
        Phrase("People: {count}", count=tables.total("accepted")),
        Phrase("Searching: {count}", count=tables.total("searches")),
        Phrase("Chats: {count}", count=tables.total("pairs")),
        Phrase("Messages passed on: {count}", count=tables.total("messages")),
        Phrase("Reports to decide: {count}", count=tables.total("open_reports")),
    )
