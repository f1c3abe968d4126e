"""The clicker as it may be one day: a column and an index more; with NEXT=2 no older one knows its tables."""

import os
import sys
from dataclasses import replace

import main
from bots import clicker
from bots.clicker.tables import USERS
from pinstore import Table
from pinstore.postgres import schema

COLUMN = "medals INTEGER NOT NULL DEFAULT 0 CHECK (medals >= 0), name TEXT"

if __name__ == "__main__":
    users = Table(
        USERS.schema.replace("name TEXT", COLUMN),
        indexes=(*USERS.indexes, "CREATE INDEX users_by_medals ON users (medals DESC)"),
        sums=USERS.sums,
        ranking=USERS.ranking,
        watch=USERS.watch,
    )
    schema.VERSION = int(os.environ.get("NEXT", "1"))
    app = replace(clicker.app, tables=(users, *clicker.app.tables[1:]))
    setattr(main, "load", lambda _: app)  # noqa: B010 - it is imported there, and not told of
    sys.exit(main.main())
