"""Every statement about groups and their members: in a group each member counts for himself, apart from his own chat.

Each question costs a few steps, however many groups and members there are: all members stand in one ranking, group
after group, so a place in a group is the difference of two places in that ranking.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bots.clicker.tables import MOST_IN_GROUPS
from pinstore import Store, Tables
from runtime.people import BANNED

_TAP = f"""
INSERT INTO members (chat, userid, name, click, reached) VALUES (?, ?, ?, 1, ?)
ON CONFLICT (chat, userid) DO UPDATE SET name = excluded.name, click = click + 1, reached = excluded.reached
WHERE click < {MOST_IN_GROUPS}"""

PLACES = 15
"""Lines of a rating."""

_BEST = f"""
SELECT userid, name, click FROM members WHERE standing BETWEEN ? AND ?
ORDER BY standing DESC, reached, number LIMIT {PLACES}"""

_MEMBER = "SELECT number, name, click, status FROM members WHERE chat = ? AND userid = ?"

_EVERYWHERE = "SELECT name, click, status FROM members WHERE userid = ? ORDER BY reached DESC"

_MERGE = f"""
INSERT INTO members (chat, userid, name, click, reached, status)
SELECT ?2, userid, name, click, reached, status FROM members WHERE chat = ?1
ON CONFLICT (chat, userid) DO UPDATE SET
    click = min(click + excluded.click, {MOST_IN_GROUPS}), reached = max(reached, excluded.reached)"""


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

    def __init__(self, store: Store) -> None:
        self._store = store

    async def tap(self, chatid: int, userid: int, name: str) -> int:
        """Count one click of a member, who is known by this name from now on; returns his clicks in this group."""

        def count(tables: Tables) -> int:
            chat = _number(tables, chatid)
            if chat is None:
                chat = tables.execute("INSERT INTO chats (chatid) VALUES (?) RETURNING number", (chatid,)).fetchone()[0]
            tables.execute(_TAP, (chat, userid, name, _now(tables)))
            return int(tables.execute(_MEMBER, (chat, userid)).fetchone()[2])

        return await self._store.write(count)

    async def standings(self, chatid: int, userid: int) -> Standings:
        """The first fifteen of a group: most clicks first, of equals who got there first; then this member."""
        return await self._store.read(lambda tables: _standings(tables, chatid, userid))

    async def move(self, old: int, new: int) -> None:
        """A group has got another chat id: what its members have moves there, on top of what is there already."""
        await self._store.write(lambda tables: _move(tables, old, new))


def share(tables: Tables, userid: int) -> Share | None:
    """What somebody has in groups; None for who has never tapped in one."""
    rows = tables.execute(_EVERYWHERE, (userid,)).fetchall()
    if not rows:
        return None
    return Share(rows[0][0], len(rows), sum(row[1] for row in rows), max(row[2] for row in rows))


def _number(tables: Tables, chatid: int) -> int | None:
    row = tables.execute("SELECT number FROM chats WHERE chatid = ?", (chatid,)).fetchone()
    return None if row is None else int(row[0])


def _standings(tables: Tables, chatid: int, userid: int) -> Standings:
    chat = _number(tables, chatid)
    if chat is None:
        return Standings()
    least = chat * (MOST_IN_GROUPS + 1)
    most = least + MOST_IN_GROUPS
    before = tables.before("members", most)
    best = tables.execute(_BEST, (least, most)).fetchall()
    places = {member: (place, name, clicks) for place, (member, name, clicks) in enumerate(best, 1)}
    own = None if userid in places or userid < 0 else tables.execute(_MEMBER, (chat, userid)).fetchone()
    if own and own[3] != BANNED:
        places[userid] = ((tables.rank("members", own[0]) or 0) - before, *own[1:3])
    return Standings(tables.before("members", least - 1) - before, places)


def _now(tables: Tables) -> int:
    """All clicks and members in groups so far and the one that comes: what `reached` becomes."""
    return tables.total("members") + tables.total("group_clicks") + 1


def _move(tables: Tables, old: int, new: int) -> None:
    left, found = _number(tables, old), _number(tables, new)
    if left is None:
        return
    if found is None:
        tables.execute("UPDATE chats SET chatid = ? WHERE number = ?", (new, left))
    else:
        tables.execute(_MERGE, (left, found))
        tables.execute("DELETE FROM members WHERE chat = ?", (left,))
        tables.execute("DELETE FROM chats WHERE number = ?", (left,))
    # Whoever wrote in the name of the group does so in the name of the new one now.
    number = left if found is None else found
    tables.execute("UPDATE OR IGNORE members SET userid = ? WHERE chat = ? AND userid = ?", (new, number, old))
