"""What an error of the server or of the way there means."""

import asyncpg

from pinstore.errors import RefusedError, WrongAddressError

FINAL = (
    asyncpg.InvalidAuthorizationSpecificationError,  # class 28: the user, the password
    asyncpg.InvalidCatalogNameError,  # 3D000: there is no such database
    asyncpg.InsufficientPrivilegeError,  # 42501: the tables are somebody else's
    asyncpg.InvalidSchemaNameError,  # 3F000: there is no place for tables
    asyncpg.UndefinedObjectError,  # 42704: the address asks for a parameter that the server does not have
    asyncpg.ClientConfigurationError,  # the address says something that nobody understands
)
"""After these nothing helps but another setting. They come before those of AGAIN, as one of them is such a one, too."""

AGAIN = (
    asyncpg.TransactionRollbackError,  # class 40: two transactions have met, or nobody knows what became of this one
    asyncpg.LockNotAvailableError,  # 55P03: it has waited for another one for as long as the server allows
    asyncpg.IdleInTransactionSessionTimeoutError,  # 25P03: this process was paused within one
    asyncpg.TransactionTimeoutError,  # 25P04
    asyncpg.InvalidSQLStatementNameError,  # 26000: a pooler has another server behind it now
    asyncpg.DuplicatePreparedStatementError,  # 42P05: likewise
    asyncpg.PostgresConnectionError,  # class 08: the connection is gone, or was never there
    asyncpg.ReadOnlySQLTransactionError,  # 25006: what was the primary is a standby now
    asyncpg.OperatorInterventionError,  # class 57: the server ends, or begins
    asyncpg.InsufficientResourcesError,  # class 53: among them too many connections
    asyncpg.InvalidCachedStatementError,  # a newer program has changed the schema
    asyncpg.InterfaceError,  # the connection was closed beneath a query
    asyncpg.TargetServerAttributeNotMatched,  # none of the hosts can be written to yet
    OSError,
    TimeoutError,
)
"""After these the whole transaction is done once more: the id in it decides whether the first one has counted."""

POOLED = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
"""Errors of AGAIN that do not go away by themselves if they come from a pool that gives each transaction a server."""
ADVICE = "a pool before the server needs pool_mode=session, or PgBouncer 1.21 with max_prepared_statements above 0"

MET = asyncpg.UniqueViolationError
"""Two transactions have made the same row, each of which had looked for it: one process alone never does."""

MEETINGS = 3
"""So often it is done again after that: the second finds what the first has made. If it does not, it is a fault."""

FIRST, MOST = 0.05, 2.0
"""Seconds until the next attempt: twice as long each time."""


def pause(attempts: int) -> float:
    """Seconds to wait after so many attempts; those that have only met another transaction go on at once."""
    return float(min(MOST, FIRST * 2 ** min(attempts - 1, 10)))


def reason(error: BaseException) -> str:
    """What it says in a line, without what people have written: PostgreSQL tells that in the detail."""
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"{said} ({ADVICE})" if isinstance(error, POOLED) else said


def refusal(error: Exception) -> RefusedError:
    """What one of FINAL means for the process."""
    is_address = isinstance(error, (asyncpg.ClientConfigurationError, asyncpg.UndefinedObjectError))
    kind = WrongAddressError if is_address else RefusedError
    return kind(str(error).splitlines()[0])
