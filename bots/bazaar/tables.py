"""The bazaar's tables. Times are in milliseconds since 1970, but for those that Telegram gives in seconds."""

from pinstore import Table

USERS = Table(
    # `keyboard` is the reply keyboard that he sees now, `asking` what his next text answers ("search", "reason 12 1");
    # `contact` is what he gave last.
    """
    CREATE TABLE users (
        person INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        username TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0,
        contact TEXT NOT NULL DEFAULT '',
        keyboard TEXT NOT NULL DEFAULT '',
        asking TEXT NOT NULL DEFAULT ''
    )"""
)

ADS = Table(
    # Fields that an ad lacks are NULL or ''; a `price` of -1 is a matter of agreement. `photos` are "file_id:unique_id"
    # separated by spaces. `version` counts how often it was sent, `day` is the one (in Tashkent) of the first time.
    # `approved` is the place in the order of approvals, `published` when its post first stood, `asked` the moment from
    # which the sold question is counted, `asks` the questions without an answer, `question` the last one's message.
    # `bag` is the last bag of reposts it was drawn from, `message` the first message of its standing post;
    # `words` are those by which it is found, folded, each with a space before it.
    """
    CREATE TABLE ads (
        number INTEGER PRIMARY KEY,
        owner INTEGER NOT NULL,
        state TEXT NOT NULL,
        kind TEXT NOT NULL,
        category TEXT NOT NULL,
        title TEXT NOT NULL,
        year INTEGER,
        mileage INTEGER,
        rooms INTEGER,
        area INTEGER,
        condition TEXT NOT NULL DEFAULT '',
        price INTEGER,
        currency TEXT NOT NULL DEFAULT '',
        place TEXT NOT NULL DEFAULT '',
        description TEXT NOT NULL DEFAULT '',
        contact TEXT NOT NULL DEFAULT '',
        photos TEXT NOT NULL DEFAULT '',
        version INTEGER NOT NULL DEFAULT 1,
        day INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL DEFAULT 0,
        approved INTEGER NOT NULL DEFAULT 0,
        published INTEGER NOT NULL DEFAULT 0,
        asked INTEGER NOT NULL DEFAULT 0,
        asks INTEGER NOT NULL DEFAULT 0,
        question INTEGER NOT NULL DEFAULT 0,
        bag INTEGER NOT NULL DEFAULT 0,
        message INTEGER NOT NULL DEFAULT 0,
        words TEXT NOT NULL DEFAULT ''
    )""",
    indexes=(
        "CREATE INDEX ads_by_owner ON ads (owner, number)",
        "CREATE INDEX ads_by_approval ON ads (approved) WHERE approved <> 0",
        "CREATE INDEX ads_by_day ON ads (owner, category, day)",
        "CREATE INDEX ads_by_category ON ads (state, category, published, number)",
        "CREATE INDEX ads_by_publication ON ads (state, published, number, version, created)",
        "CREATE INDEX ads_by_question ON ads (state, asked) WHERE kind <> 'service'",
    ),
)

DRAFTS = Table(
    # One a person. `ad` is the number of the ad that is changed, 0 for a new one; `step` the open question; `single` is
    # 1 while one field is changed. `fields` and `photos` are JSON: a mapping by the names of columns, and a list of
    # (message, file_id, unique_id).
    """
    CREATE TABLE drafts (
        person INTEGER PRIMARY KEY,
        ad INTEGER NOT NULL DEFAULT 0,
        kind TEXT NOT NULL,
        category TEXT NOT NULL,
        step TEXT NOT NULL,
        single INTEGER NOT NULL DEFAULT 0,
        fields TEXT NOT NULL DEFAULT '{}',
        photos TEXT NOT NULL DEFAULT '[]'
    )""",
    indexes=("CREATE INDEX drafts_by_ad ON drafts (ad) WHERE ad <> 0",),
)

MODERATORS = Table("CREATE TABLE moderators (person INTEGER PRIMARY KEY)")

CARDS = Table(
    # What moderators decide by: `message` is the text with the buttons, 0 until it is sent; `verdict` is its end.
    """
    CREATE TABLE cards (
        number INTEGER PRIMARY KEY,
        ad INTEGER NOT NULL,
        version INTEGER NOT NULL,
        chat INTEGER NOT NULL,
        message INTEGER NOT NULL DEFAULT 0,
        verdict TEXT NOT NULL DEFAULT '',
        UNIQUE (ad, version, chat)
    )"""
)

POSTS = Table(
    # Messages of a post in the channel, by the first one; `newer` is the first message of the post that replaces it,
    # -1 when it was taken down; `at` is 0 for what the bot has not posted itself.
    """
    CREATE TABLE posts (
        message INTEGER PRIMARY KEY,
        ad INTEGER NOT NULL,
        messages TEXT NOT NULL,
        at INTEGER NOT NULL,
        newer INTEGER NOT NULL DEFAULT 0
    )""",
    indexes=(
        "CREATE INDEX posts_by_ad ON posts (ad)",
        "CREATE INDEX posts_by_date ON posts (at)",
        "CREATE INDEX posts_gone ON posts (at) WHERE newer = -1",
    ),
)

LETTERS = Table(
    # What somebody still has to be told, an errand each; `kind` says what, `value` is what that needs beside the ad.
    """
    CREATE TABLE letters (
        number INTEGER PRIMARY KEY,
        chat INTEGER NOT NULL,
        kind TEXT NOT NULL,
        ad INTEGER NOT NULL DEFAULT 0,
        value TEXT NOT NULL DEFAULT ''
    )""",
    indexes=("CREATE INDEX letters_by_chat ON letters (chat)",),
)

SUBSCRIPTIONS = Table(
    """
    CREATE TABLE subscriptions (
        number INTEGER PRIMARY KEY,
        person INTEGER NOT NULL,
        category TEXT NOT NULL,
        UNIQUE (person, category)
    )""",
    indexes=("CREATE INDEX subscriptions_by_category ON subscriptions (category, person)",),
)

QUERIES = Table(
    # What somebody has searched lately, as a button is too small for it.
    """
    CREATE TABLE queries (
        number INTEGER PRIMARY KEY,
        person INTEGER NOT NULL,
        text TEXT NOT NULL
    )""",
    indexes=("CREATE INDEX queries_by_person ON queries (person, number)",),
)

IMPORTS = Table(
    # Sheets of ads on their way in: how many rows are taken or refused so far; `reasons` is JSON, (row, why) of some.
    """
    CREATE TABLE imports (
        number INTEGER PRIMARY KEY,
        chat INTEGER NOT NULL,
        file TEXT NOT NULL,
        taken INTEGER NOT NULL DEFAULT 0,
        refused INTEGER NOT NULL DEFAULT 0,
        reasons TEXT NOT NULL DEFAULT '[]'
    )"""
)

COUNTERS = Table(
    # Numbers that outlive rows, see the names below; below 0 is what is left of an ad that was deleted while its post
    # was on its way, by its place in the order of approvals.
    "CREATE TABLE counters (name INTEGER PRIMARY KEY, value INTEGER NOT NULL)"
)

NUMBER, APPROVAL, TOP, REPOSTED, BAG, BAG_FILLED, DRAWN = range(1, 8)
"""The last number of an ad; the last place among approvals; the message of the channel after which all posts lie that
are intended; when the last repost stood (or the first post); the bag that is drawn from, and when it was filled; the ad
that was drawn."""
LETTER, CARD, QUERY, IMPORT, POSTS_DAY, POSTS_TODAY = range(8, 14)
"""The last letter, card, query and import; the last day with a post, and how many it has had."""
GROUP_WAS, GROUP_IS = range(14, 16)
"""The id that the moderators' group had, and the one that it has had since it became a supergroup."""
HIGHEST = 16
"""The highest message known in the channel: `TOP` may not pass what a process before this one may have posted."""

TABLES = (USERS, ADS, DRAFTS, MODERATORS, CARDS, POSTS, LETTERS, SUBSCRIPTIONS, QUERIES, IMPORTS, COUNTERS)
