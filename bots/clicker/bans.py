"""Who is banned: he is not served, no click of his counts and no rating shows him, in his own chat and in groups."""

from bots.clicker.members import share
from bots.clicker.tables import NOWHERE
from pinstore import Tables
from runtime.people import BANNED, SERVED

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


async def ban(tables: Tables, player: int) -> None:
    """Ban a player, or who plays in groups alone."""
    found = await share(tables, player)
    await tables.change(_SET, (player, BANNED))
    if found:
        await tables.change(_ADD, (player, found.name))
        await tables.change(_SET_IN_GROUPS, (player, BANNED))


async def unban(tables: Tables, player: int) -> None:
    """Let somebody who is banned play again, with the clicks that he had."""
    await tables.change(_REMOVE, (player,))
    await tables.change(_SET, (player, SERVED))
    await tables.change(_SET_IN_GROUPS, (player, SERVED))


async def spread(tables: Tables) -> None:
    """Carry bans into the groups, where tables know them in private chats alone: those of the first versions."""
    await tables.change(_SPREAD)
