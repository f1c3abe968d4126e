"""What the admin reads of tables that are on a server."""

from runtime.languages import Phrase

BACKUPS = Phrase(
    "The tables are in PostgreSQL: backups are made there by its own means, such as pg_dump or a standby server."
)
DRILL = Phrase("The tables are in PostgreSQL: a backup is checked by restoring it into another database.")
DOCUMENT = Phrase("The tables are in PostgreSQL: a backup is restored there by its own means, such as pg_restore.")


def kept(server: str) -> Phrase:
    """A line of /stats."""
    return Phrase("Tables: {server}", server=server)


def durability(*, is_exact: bool) -> Phrase:
    """Another line of it."""
    if is_exact:
        return Phrase("exact, nothing gets lost that the database keeps")
    return Phrase("by intervals, a failure of the database may lose its last second")
