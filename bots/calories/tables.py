"""The calorie counter's tables. Calories are kept in tenths of a kilocalorie."""

from pinstore import Table

PEOPLE = Table(
    # `begun` is 1 from the first norm on. `day` is the hour at which a day begins; `remind` is the minute of a day, -1
    # for none, `due` when that is next (Unix time, 0 for never), and `reminded` the last day that was reminded of.
    # `question` is what is asked, since `asked` (Unix time), and `answers` what was answered so far, as JSON.
    """
    CREATE TABLE people (
        person INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0,
        tag TEXT NOT NULL DEFAULT '',
        begun INTEGER NOT NULL DEFAULT 0,
        norm INTEGER NOT NULL DEFAULT 0,
        zone TEXT NOT NULL DEFAULT '',
        day INTEGER NOT NULL DEFAULT 0,
        remind INTEGER NOT NULL DEFAULT -1,
        due INTEGER NOT NULL DEFAULT 0,
        reminded TEXT NOT NULL DEFAULT '',
        question TEXT NOT NULL DEFAULT '',
        asked INTEGER NOT NULL DEFAULT 0,
        answers TEXT NOT NULL DEFAULT '{}'
    )""",
    indexes=("CREATE INDEX people_by_due ON people (due) WHERE due > 0",),
    sums={"begun": "begun"},
)

ENTRIES = Table(
    # An entry is the `place`-th of the message `message`; it belongs to the `day` (YYYY-MM-DD) that its author had when
    # it was sent, at `at` (Unix time). It counts, or was taken back.
    """
    CREATE TABLE entries (
        number INTEGER PRIMARY KEY,
        person INTEGER NOT NULL,
        message INTEGER NOT NULL,
        place INTEGER NOT NULL,
        day TEXT NOT NULL,
        at INTEGER NOT NULL,
        label TEXT NOT NULL DEFAULT '',
        tenths INTEGER NOT NULL,
        counts INTEGER NOT NULL DEFAULT 1,
        UNIQUE (message, person, place)
    )""",
    # What is noted now lies together in both indexes, whoever notes it: a transaction copies each page that it changes,
    # and pages far apart are slow to reach. The second one holds all that a day's sum and the count of a day need.
    indexes=("CREATE INDEX entries_by_day ON entries (day, person, counts, tenths, at)",),
)

FOODS = Table(
    # `folded` is the name as it is compared; `used` grows, so that the one longest unused has the least.
    """
    CREATE TABLE foods (
        number INTEGER PRIMARY KEY,
        person INTEGER NOT NULL,
        folded TEXT NOT NULL,
        label TEXT NOT NULL,
        tenths INTEGER NOT NULL,
        used INTEGER NOT NULL,
        UNIQUE (person, folded)
    )""",
    indexes=("CREATE INDEX foods_by_use ON foods (person, used)",),
)

TABLES = (PEOPLE, ENTRIES, FOODS)
