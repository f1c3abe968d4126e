"""Who is banned: he is not served, no click of his counts and no rating shows him, in his own chat and in groups."""

from bots.clicker.members import share
from bots.clicker.players import BANNED, NOWHERE, PLAYS
from pinstore import Tables
from pinstore.memory.database import Database

_SET = "UPDATE users SET status = ?2 WHERE chatid = ?1 AND status <> ?2"

# Whoever has never written to the bot gets a row all the same: whether he may play is asked in one place.
_ADD = f"""
INSERT INTO users (chatid, name, reached, status) VALUES (?, ?, {NOWHERE}, {BANNED})
ON CONFLICT (chatid) DO NOTHING"""

_REMOVE = f"DELETE FROM users WHERE chatid = ? AND reached = {NOWHERE} AND status = {BANNED}"

_SET_IN_GROUPS = "UPDATE members SET status = ?2 WHERE userid = ?1 AND status <> ?2"

_SPREAD = f"""
UPDATE members SET status = {BANNED}
WHERE status <> {BANNED} AND userid IN (SELECT chatid FROM users WHERE standing = {NOWHERE})"""


class Bans:
    """The bans in the database; `update` is the update_id on whose behalf something changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ban(self, update: int | None, userid: int) -> None:
        """Ban a player, or who plays in groups alone."""

        def change(tables: Tables) -> None:
            found = share(tables, userid)
            tables.execute(_SET, (userid, BANNED))
            if found:
                tables.execute(_ADD, (userid, found.name))
                tables.execute(_SET_IN_GROUPS, (userid, BANNED))

        await self._database.write(update, change)

    async def unban(self, update: int | None, userid: int) -> None:
        """Let somebody who is banned play again, with the clicks that he had."""

        def change(tables: Tables) -> None:
            tables.execute(_REMOVE, (userid,))
            tables.execute(_SET, (userid, PLAYS))
            tables.execute(_SET_IN_GROUPS, (userid, PLAYS))

        await self._database.write(update, change)


def spread(tables: Tables) -> None:
    """Carry bans into the groups, where tables know them in private chats alone: those of the first versions."""
    tables.execute(_SPREAD)
