"""The random chat's tables. They hold ids, numbers and choices: nothing that people write, and no names."""

from pinstore import Table

PEOPLE = Table(
    # `accepted` is 1 for who accepted the rules; `underage` is until when he is told to come back later. `tag` is the
    # language of his Telegram. `last` and `chat` are the last partner and chat, which ended at `ended`.
    """
    CREATE TABLE people (
        person INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0,
        tag TEXT NOT NULL DEFAULT '',
        accepted INTEGER NOT NULL DEFAULT 0,
        underage INTEGER NOT NULL DEFAULT 0,
        me INTEGER NOT NULL DEFAULT 0,
        wants INTEGER NOT NULL DEFAULT 0,
        anyone INTEGER NOT NULL DEFAULT 0,
        interests INTEGER NOT NULL DEFAULT 0,
        messages INTEGER NOT NULL DEFAULT 0,
        warned INTEGER NOT NULL DEFAULT 0,
        last INTEGER NOT NULL DEFAULT 0,
        chat INTEGER NOT NULL DEFAULT 0,
        ended INTEGER NOT NULL DEFAULT 0
    )""",
    indexes=("CREATE INDEX people_by_last ON people (last) WHERE last <> 0",),
    sums={"accepted": "accepted", "messages": "messages"},
)

SEARCHES = Table(
    # In the order of their updates; what is looked at for each who waits is a copy of his row in `people`.
    """
    CREATE TABLE searches (
        number INTEGER PRIMARY KEY,
        person INTEGER NOT NULL UNIQUE,
        since INTEGER NOT NULL,
        tongue TEXT NOT NULL,
        me INTEGER NOT NULL,
        wants INTEGER NOT NULL,
        anyone INTEGER NOT NULL,
        interests INTEGER NOT NULL,
        last INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX searches_by_since ON searches (since)",),
)

PAIRS = Table(
    # A chat is one row. `written` is when somebody wrote last; `of_a` and `of_b` count what was passed on.
    """
    CREATE TABLE pairs (
        chat INTEGER PRIMARY KEY,
        a INTEGER NOT NULL UNIQUE,
        b INTEGER NOT NULL UNIQUE,
        written INTEGER NOT NULL,
        of_a INTEGER NOT NULL DEFAULT 0,
        of_b INTEGER NOT NULL DEFAULT 0,
        CHECK (a <> b)
    )""",
    indexes=("CREATE INDEX pairs_by_written ON pairs (written)",),
)

RELAYS = Table(
    # Which message is a copy of which: `copy` is 0 while it is on its way. `answers` is the message on the recipient's
    # side that it answers; `album` is Telegram's number of an album, `at` the date.
    """
    CREATE TABLE relays (
        number INTEGER PRIMARY KEY,
        chat INTEGER NOT NULL,
        sender INTEGER NOT NULL,
        source INTEGER NOT NULL,
        recipient INTEGER NOT NULL,
        copy INTEGER NOT NULL DEFAULT 0,
        answers INTEGER NOT NULL DEFAULT 0,
        album TEXT NOT NULL DEFAULT '',
        at INTEGER NOT NULL,
        UNIQUE (sender, source)
    )""",
    indexes=(
        "CREATE INDEX relays_by_chat ON relays (chat, sender, number)",
        "CREATE INDEX relays_by_copy ON relays (recipient, copy)",
        "CREATE INDEX relays_by_date ON relays (at)",
    ),
)

APART = Table(
    # Who does not want to meet whom again.
    """
    CREATE TABLE apart (
        number INTEGER PRIMARY KEY,
        who INTEGER NOT NULL,
        whom INTEGER NOT NULL,
        UNIQUE (who, whom)
    )""",
    indexes=("CREATE INDEX apart_by_whom ON apart (whom)",),
)

REPORTS = Table(
    # `seen` are ids of messages in the reporter's chat, for 30 days; `is_open` is 1 until it is decided.
    """
    CREATE TABLE reports (
        number INTEGER PRIMARY KEY,
        reporter INTEGER NOT NULL,
        person INTEGER NOT NULL,
        chat INTEGER NOT NULL,
        reason INTEGER NOT NULL,
        at INTEGER NOT NULL,
        seen TEXT NOT NULL DEFAULT '',
        is_open INTEGER NOT NULL DEFAULT 1,
        UNIQUE (reporter, chat)
    )""",
    indexes=("CREATE INDEX reports_by_person ON reports (person, at)",),
    sums={"open_reports": "is_open"},
)

BANS = Table(
    # `until` is FOREVER or a date; `reason` is a report's or that of the moderator; he has `appealed` or not. `report`
    # is the one that has banned him by itself, 0 if the moderator has.
    """
    CREATE TABLE bans (
        person INTEGER PRIMARY KEY,
        until INTEGER NOT NULL,
        reason INTEGER NOT NULL,
        appealed INTEGER NOT NULL DEFAULT 0,
        report INTEGER NOT NULL DEFAULT 0
    )""",
)

SCREENS = Table(
    # Messages with inline buttons, by their ids.
    """
    CREATE TABLE screens (
        message INTEGER PRIMARY KEY,
        person INTEGER NOT NULL,
        at INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX screens_by_person ON screens (person)",),
)

COUNTERS = Table(
    # What has to grow for ever, as keys of deleted rows come again: see the names below.
    "CREATE TABLE counters (name INTEGER PRIMARY KEY, value INTEGER NOT NULL)",
)

CHAT, RELAY, DOCUMENT = range(1, 4)
"""The last number of a chat and of a relay; and the message in which the document lay when it was looked last."""

FOREVER = 2**40

TABLES = (PEOPLE, SEARCHES, PAIRS, RELAYS, APART, REPORTS, BANS, SCREENS, COUNTERS)
