"""How a store on a server is, in the numbers that every store tells."""

from pinstore.postgres.database import Database
from pinstore.postgres.silence import MOST
from pinstore.server.life import Life
from pinstore.server.updates import ServerPoll
from pinstore.status import Status
from pinstore.updates.window import Window

STANDBY = "standby"


def status(life: Life, database: Database, window: Window, polling: ServerPoll | None, *, is_exact: bool) -> Status:
    """How it is now; of what only documents have there is nothing."""
    turn, committed = life.turn, database.committed
    word, why = _word(life, database)
    return Status(
        place=None,
        generation=0,
        owns=turn.is_held and life.why is None,
        is_lost=False,
        follows_a_crash=False,
        trouble=None,
        auto_delete=0,
        at_risk="",
        is_exact=is_exact,
        is_overloaded=False,
        held=window.held,
        received=polling.received if polling else 0,
        polled_at=polling.answered_at if polling else float("-inf"),
        claimed_at=turn.taken_at,
        confirmed_at=turn.sure_at,
        written=committed,
        stored=committed,
        saves=committed,
        failed_saves=0,
        save_seconds=0.0,
        saved_bytes=0,
        document_bytes=0,
        parts_bytes=0,
        saved_at=None,
        drilled_at=None,
        word=word,
        why=why,
        server=database.server,
    )


def _word(life: Life, database: Database) -> tuple[str, str]:
    silent = database.silence.seconds
    if silent >= MOST:
        return "no database", f"it has not answered for {silent:.0f} s"
    if not life.is_connected:
        return "starting", "the database has not answered yet"
    if life.stands_by:
        return STANDBY, ""
    return ("", "") if life.gate.is_set() else ("starting", "the tables are not there yet")
