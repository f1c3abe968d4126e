"""The clicker's tables: who plays in private chats, and who plays in which group."""

from bots.clicker import first_version
from pinstore import Table
from runtime.people import BANNED

NOWHERE = -1
"""The standing of whoever is in no rating."""

MOST_IN_GROUPS = 2**40 - 1
"""Counting in a group stops there, so that clicks and the number of a group fit into one integer of SQLite."""

USERS = Table(
    # `language` is what the player has chosen, '' for that of his Telegram; `status` is that of `runtime.people`.
    # `reached` orders players with equal clicks: it grows with every tap and sign-up, so who got there first has less;
    # it is below 0 for who plays in groups alone and has a row only because he is banned.
    # `standing` ranks who is banned behind everybody else.
    f"""
    CREATE TABLE users (
        chatid INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        click INTEGER NOT NULL DEFAULT 0 CHECK (typeof(click) = 'integer' AND click >= 0),
        state INTEGER NOT NULL DEFAULT 0 CHECK (typeof(state) = 'integer'),
        reached INTEGER NOT NULL DEFAULT 0 CHECK (typeof(reached) = 'integer'),
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0 CHECK (typeof(status) = 'integer'),
        standing INTEGER GENERATED ALWAYS AS (CASE status WHEN {BANNED} THEN {NOWHERE} ELSE click END) VIRTUAL
    )""",
    indexes=("CREATE INDEX users_by_place ON users (standing DESC, reached)",),
    sums={"clicks": "click"},
    ranking=("standing", "reached"),
    watch=("language",),
    older=first_version.read,
)

CHATS = Table(
    # The number stays when Telegram gives a group another id; below 0 it stands beside the id that it had before.
    "CREATE TABLE chats (number INTEGER PRIMARY KEY, chatid INTEGER NOT NULL UNIQUE)",
)

MEMBERS = Table(
    # `chat` is the number of a group; `reached` orders members with equal clicks, as it does in `users`; `status` is
    # that of a player. Who is in no rating stands behind all groups: who is banned, and chats, which have negative ids,
    # as members could once write in their names.
    f"""
    CREATE TABLE members (
        number INTEGER PRIMARY KEY,
        chat INTEGER NOT NULL,
        userid INTEGER NOT NULL,
        name TEXT NOT NULL DEFAULT '',
        click INTEGER NOT NULL DEFAULT 0 CHECK (typeof(click) = 'integer' AND click >= 0),
        reached INTEGER NOT NULL DEFAULT 0 CHECK (typeof(reached) = 'integer'),
        status INTEGER NOT NULL DEFAULT 0 CHECK (typeof(status) = 'integer'),
        standing INTEGER GENERATED ALWAYS AS (
            CASE WHEN status = {BANNED} OR userid < 0 THEN {NOWHERE} ELSE chat * {MOST_IN_GROUPS + 1} + click END
        ) VIRTUAL,
        UNIQUE (chat, userid)
    )""",
    indexes=(
        "CREATE INDEX members_by_place ON members (standing DESC, reached)",
        "CREATE INDEX members_by_user ON members (userid)",
    ),
    sums={"group_clicks": "click"},
    ranking=("standing", "reached"),
)

TABLES = (USERS, CHATS, MEMBERS)
