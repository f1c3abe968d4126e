"""What an error of the server or of the way there means."""

import asyncpg

from pinstore.errors import RefusedError, WrongAddressError

FINAL = (
    asyncpg.InvalidAuthorizationSpecificationError,  # class 28: the user, the password
    asyncpg.InvalidCatalogNameError,  # 3D000: there is no such database
    asyncpg.InsufficientPrivilegeError,  # 42501: the tables are somebody else's
    asyncpg.ClientConfigurationError,  # the address says something that nobody understands
)
"""After these nothing helps but another setting. They come before those of AGAIN, as one of them is such a one, too."""

AGAIN = (
    asyncpg.SerializationError,  # 40001: two transactions have met
    asyncpg.DeadlockDetectedError,  # 40P01
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

FIRST, MOST = 0.05, 2.0
"""Seconds until the next attempt: twice as long each time."""


def pause(attempts: int) -> float:
    """Seconds to wait after so many attempts; those that have only met another transaction go on at once."""
    return float(min(MOST, FIRST * 2 ** min(attempts - 1, 10)))


def reason(error: BaseException) -> str:
    """What it says in a line, without what people have written: PostgreSQL tells that in the detail."""
    return f"{type(error).__name__}: {error}".splitlines()[0]


def refusal(error: Exception) -> RefusedError:
    """What one of FINAL means for the process."""
    kind = WrongAddressError if isinstance(error, asyncpg.ClientConfigurationError) else RefusedError
    return kind(str(error).splitlines()[0])
