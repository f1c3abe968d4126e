"""The shop's tables. Times are seconds since 1970; money is whole Stars."""

from pinstore import Table

ENDS = ("delivered", "cancelled", "expired")
"""States in which most orders stay: the numbers of these are sums of the table."""
IN_HAND = f"state NOT IN {ENDS}"

CUSTOMERS = Table(
    """
    CREATE TABLE customers (
        person INTEGER PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        status INTEGER NOT NULL DEFAULT 0
    )"""
)

GOODS = Table(
    # `what` is what is handed over: a gift's id, months; `file` the file_id of what is sold.
    """
    CREATE TABLE goods (
        number INTEGER PRIMARY KEY,
        sku TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        price INTEGER NOT NULL CHECK (price BETWEEN 1 AND 10000),
        what TEXT NOT NULL,
        title TEXT NOT NULL,
        description TEXT NOT NULL,
        is_on INTEGER NOT NULL DEFAULT 1,
        file TEXT NOT NULL DEFAULT '',
        is_told INTEGER NOT NULL DEFAULT 0
    )"""
)

CODES = Table(
    # `holder` is the order that has the code or has it put aside; 0: it can be sold.
    """
    CREATE TABLE codes (
        number INTEGER PRIMARY KEY,
        good INTEGER NOT NULL,
        code TEXT NOT NULL,
        holder INTEGER NOT NULL DEFAULT 0,
        UNIQUE (good, code)
    )""",
    indexes=(
        "CREATE INDEX codes_by_holder ON codes (holder) WHERE holder <> 0",
        "CREATE INDEX codes_in_stock ON codes (good) WHERE holder = 0",
    ),
)

WALLETS = Table(
    # Who is frozen has sums that differ: he is neither charged nor paid.
    """
    CREATE TABLE wallets (
        person INTEGER PRIMARY KEY,
        amount INTEGER NOT NULL DEFAULT 0 CHECK (amount >= 0),
        is_frozen INTEGER NOT NULL DEFAULT 0
    )""",
    sums={"stars": "amount", "frozen": "is_frozen"},
)

LEDGER = Table(
    # Only ever added to. `cause` is unique in the world: a charge, an order, an update.
    """
    CREATE TABLE ledger (
        entry INTEGER PRIMARY KEY,
        cause TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL,
        amount INTEGER NOT NULL CHECK (amount <> 0),
        deal INTEGER NOT NULL,
        at INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX ledger_by_deal ON ledger (person, deal)",),
)

DEALS = Table(
    # What a person sees as a transaction; what it did to the wallet stands in the ledger, its status in its order.
    """
    CREATE TABLE deals (
        number INTEGER PRIMARY KEY,
        person INTEGER NOT NULL,
        type TEXT NOT NULL,
        amount INTEGER NOT NULL,
        of_order INTEGER NOT NULL,
        at INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX deals_by_person ON deals (person)", "CREATE INDEX deals_by_order ON deals (of_order)"),
)

ORDERS = Table(
    # `good` is 0 for a top-up; `way` is how it is paid; `screen` is the message that was pressed; `is_handed` tells
    # whether it was delivered. `what` and `title` stand in the wordings, and here in older orders.
    """
    CREATE TABLE orders (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL,
        good INTEGER NOT NULL,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        title TEXT NOT NULL,
        price INTEGER NOT NULL,
        way TEXT NOT NULL,
        state TEXT NOT NULL,
        until INTEGER NOT NULL,
        screen INTEGER NOT NULL,
        is_handed INTEGER NOT NULL DEFAULT 0,
        wording INTEGER NOT NULL DEFAULT 0,
        steps TEXT NOT NULL DEFAULT '',
        is_delivered INTEGER GENERATED ALWAYS AS (CASE state WHEN 'delivered' THEN 1 ELSE 0 END) VIRTUAL,
        is_cancelled INTEGER GENERATED ALWAYS AS (CASE state WHEN 'cancelled' THEN 1 ELSE 0 END) VIRTUAL,
        is_expired INTEGER GENERATED ALWAYS AS (CASE state WHEN 'expired' THEN 1 ELSE 0 END) VIRTUAL
    )""",
    indexes=(
        "CREATE INDEX orders_open ON orders (until) WHERE state = 'awaiting_payment'",
        f"CREATE INDEX orders_in_hand ON orders (state) WHERE {IN_HAND}",
    ),
    sums={
        "delivered": "is_handed",
        "now_delivered": "is_delivered",
        "now_cancelled": "is_cancelled",
        "now_expired": "is_expired",
    },
)

WORDINGS = Table(
    # What orders are of and their titles, as they were when they were made.
    """
    CREATE TABLE wordings (
        number INTEGER PRIMARY KEY,
        what TEXT NOT NULL,
        title TEXT NOT NULL,
        UNIQUE (what, title)
    )"""
)

STEPS = Table(
    # Those of older orders; newer ones have theirs in their rows.
    """
    CREATE TABLE steps (
        number INTEGER PRIMARY KEY,
        of_order INTEGER NOT NULL,
        state TEXT NOT NULL,
        at INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX steps_by_order ON steps (of_order)",),
)

PAYMENTS = Table(
    # What Telegram has taken from somebody; `of_order` is 0 where nobody wanted it.
    """
    CREATE TABLE payments (
        number INTEGER PRIMARY KEY,
        charge TEXT NOT NULL UNIQUE,
        person INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        of_order INTEGER NOT NULL,
        state TEXT NOT NULL,
        at INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX payments_by_order ON payments (of_order)",),
)

BILLS = Table(
    # What the processor of crypto payments says of the order of this number; no `url`: nobody knows whether it has one.
    """
    CREATE TABLE bills (
        number INTEGER PRIMARY KEY,
        amount TEXT NOT NULL,
        currency TEXT NOT NULL,
        url TEXT NOT NULL DEFAULT '',
        status TEXT NOT NULL DEFAULT '',
        paid TEXT NOT NULL DEFAULT '',
        is_final INTEGER NOT NULL DEFAULT 0,
        at INTEGER NOT NULL,
        lifetime INTEGER NOT NULL
    )""",
    indexes=("CREATE INDEX bills_open ON bills (number) WHERE is_final = 0",),
)

TRANSFERS = Table(
    # Payments that were signed for the orders of these numbers, as the library gave them.
    """
    CREATE TABLE transfers (
        number INTEGER PRIMARY KEY,
        prepared TEXT NOT NULL,
        at INTEGER NOT NULL
    )"""
)

SET_UP = Table(
    # One row: since when payments are the shop's business.
    "CREATE TABLE set_up (number INTEGER PRIMARY KEY, at INTEGER NOT NULL)"
)

SOLD = (CUSTOMERS, SET_UP, GOODS, CODES, WALLETS, LEDGER, DEALS, ORDERS, WORDINGS, STEPS, PAYMENTS, BILLS, TRANSFERS)
