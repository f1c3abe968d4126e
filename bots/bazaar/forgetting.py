"""Deleting everything of somebody who asks for it."""

from bots.bazaar import endings, notices, posts, texts, traces
from bots.bazaar.visit import Visit
from runtime.keyboards import inline

_POSTS = (
    "SELECT posts.message FROM posts JOIN ads ON ads.number = posts.ad WHERE ads.owner = ? AND posts.newer <> -1 "
    "ORDER BY posts.message"
)
_HIS = (
    "DELETE FROM ads WHERE owner = ?",
    "DELETE FROM drafts WHERE person = ?",
    "DELETE FROM subscriptions WHERE person = ?",
    "DELETE FROM queries WHERE person = ?",
    "DELETE FROM moderators WHERE person = ?",
    "DELETE FROM users WHERE person = ?",
)


def ask(visit: Visit) -> None:
    """Ask whether he means it."""
    keys = [(visit.say(texts.DELETE_ALL), "forget:yes"), (visit.say(texts.KEEP), "forget:no")]
    visit.tell(texts.ASK_DELETE, inline(*([key] for key in keys)))


def answered(visit: Visit, answer: str) -> None:
    """Delete it all, or nothing."""
    visit.strip()
    if answer == "yes":
        delete(visit)
        visit.tell(texts.DELETED)
    else:
        visit.tell(texts.KEPT)


def delete(visit: Visit) -> None:
    """His posts are taken down, and his rows go."""
    tables, person = visit.tables, visit.me.id
    traces.leave(tables, person)
    endings.close_all(tables, person)
    for (message,) in tables.execute(_POSTS, (person,)).fetchall():
        posts.remove(tables, message)
    notices.drop(tables, person)
    for statement in _HIS:
        tables.execute(statement, (person,))
    visit.is_gone = True
