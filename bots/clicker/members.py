"""Every statement about groups and their members: in a group each member counts for himself, apart from his own chat.

Each question costs a few steps, however many groups and members there are: all members stand in one ranking, group
after group, so a place in a group is the difference of two places in that ranking.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bots.clicker.tables import MOST_IN_GROUPS
from pinstore import Keeper, Tables
from runtime.people import BANNED

_TAP = f"""
INSERT INTO members (chat, userid, name, click, reached) VALUES (?, ?, ?, 1, ?)
ON CONFLICT (chat, userid) DO UPDATE SET name = excluded.name, click = members.click + 1, reached = excluded.reached
WHERE members.click < {MOST_IN_GROUPS}"""

_CHAT = "SELECT number FROM chats WHERE chatid = ?"

_NEW_CHAT = "INSERT INTO chats (chatid) VALUES (?) RETURNING number"

_FORMER = "INSERT INTO chats (number, chatid) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET chatid = excluded.chatid"

PLACES = 15
"""Lines of a rating."""

_BEST = f"""
SELECT userid, name, click FROM members WHERE standing BETWEEN ? AND ?
ORDER BY standing DESC, reached, number LIMIT {PLACES}"""

_MEMBER = "SELECT number, name, click, status FROM members WHERE chat = ? AND userid = ?"

_NUMBERS = "SELECT userid, click FROM members JOIN chats ON members.chat = abs(chats.number) WHERE chatid = ?"

_EVERYWHERE = "SELECT name, click, status FROM members WHERE userid = ? ORDER BY reached DESC"

_MERGE = f"""
INSERT INTO members (chat, userid, name, click, reached, status)
SELECT ?2, userid, name, click, reached, status FROM members WHERE chat = ?1
ON CONFLICT (chat, userid) DO UPDATE SET
    click = CASE
        WHEN members.click + excluded.click < {MOST_IN_GROUPS} THEN members.click + excluded.click
        ELSE {MOST_IN_GROUPS}
    END,
    reached = CASE WHEN members.reached < excluded.reached THEN excluded.reached ELSE members.reached END"""

_RENAME = """
UPDATE members SET userid = ?3 WHERE chat = ?1 AND userid = ?2
AND NOT EXISTS (SELECT 1 FROM members AS other WHERE other.chat = ?1 AND other.userid = ?3)"""


@dataclass(frozen=True)
class Standings:
    """How many members have tapped in a group, and some of them by user id, best first: (place, name, clicks)."""

    count: int = 0
    places: Mapping[int, tuple[int, str, int]] = field(default_factory=dict)


class Share(NamedTuple):
    """What somebody has in all groups together, under the name that he has used last."""

    name: str
    groups: int
    clicks: int
    status: int


class Members:
    """The groups in the tables."""

    def __init__(self, store: Keeper) -> None:
        self._store = store

    async def tap(self, chatid: int, userid: int, name: str) -> int:
        """Count one click of a member, who is known by this name from now on; returns his clicks in this group."""

        async def count(tables: Tables) -> int:
            chat = await _number(tables, chatid)
            while chat is not None and not await tables.hold("chats", "number", chat):
                chat = await _number(tables, chatid)  # the group has just moved
            if chat is None:
                chat = (await tables.row(_NEW_CHAT, (chatid,)))[0]
            await tables.change(_TAP, (chat, userid, name, await tables.order("members", "group_clicks")))
            return int((await tables.row(_MEMBER, (chat, userid)))[2])

        return await self._store.write(count)

    async def numbers(self, chatid: int, userids: Collection[int]) -> Mapping[int, int]:
        """The clicks that these members have in a group now."""
        places = ", ".join("?" * len(userids))
        query = f"{_NUMBERS} AND userid IN ({places})"
        return dict(await self._store.read(lambda tables: tables.fetch(query, (chatid, *userids))))

    async def standings(self, chatid: int, userid: int) -> Standings:
        """The first fifteen of a group: most clicks first, of equals who got there first; then this member."""
        return await self._store.read(lambda tables: _standings(tables, chatid, userid))

    async def move(self, old: int, new: int) -> None:
        """A group has got another chat id: what its members have moves there, on top of what is there already."""
        await self._store.write(lambda tables: _move(tables, old, new))


async def share(tables: Tables, userid: int) -> Share | None:
    """What somebody has in groups; None for who has never tapped in one."""
    rows = await tables.fetch(_EVERYWHERE, (userid,))
    if not rows:
        return None
    return Share(rows[0][0], len(rows), sum(row[1] for row in rows), max(row[2] for row in rows))


async def _number(tables: Tables, chatid: int) -> int | None:
    row = await tables.row(_CHAT, (chatid,))
    return None if row is None else abs(row[0])


async def _standings(tables: Tables, chatid: int, userid: int) -> Standings:
    chat = await _number(tables, chatid)
    if chat is None:
        return Standings()
    least = chat * (MOST_IN_GROUPS + 1)
    most = least + MOST_IN_GROUPS
    best = await tables.fetch(_BEST, (least, most))
    places = {member: (place, name, clicks) for place, (member, name, clicks) in enumerate(best, 1)}
    own = None if userid in places or userid < 0 else await tables.row(_MEMBER, (chat, userid))
    if own and own[3] != BANNED:
        places[userid] = (await tables.rank("members", own[0], most) or 0, *own[1:3])
    return Standings(await tables.between("members", least, most), places)


async def _move(tables: Tables, old: int, new: int) -> None:
    """What is written in the old group and handled only now counts in the new one: Telegram orders updates by chat."""
    row, found = await tables.row(_CHAT, (old,)), await _number(tables, new)
    left = None if row is None else int(row[0])
    number = left if found is None else found
    if number is None:  # nobody has tapped there
        return
    if left is not None and (left < 0 or left == found):  # it has moved
        return
    if found is None:
        await tables.change("UPDATE chats SET chatid = ? WHERE number = ?", (new, number))
    elif left is not None:
        await tables.change("DELETE FROM chats WHERE number IN (?, ?)", (left, -left))  # nobody taps there from here on
        await tables.change(_MERGE, (left, number))
        await tables.change("DELETE FROM members WHERE chat = ?", (left,))
    await tables.change(_FORMER, (-number, old))
    # Whoever wrote in the name of the group does so in the name of the new one now.
    await tables.change(_RENAME, (number, old, new))
