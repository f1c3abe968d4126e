"""An update as aiogram's models have it: a part of it that they do not know costs that part alone.

Telegram is ahead of every library. What was forwarded long ago lacks a field (aiogram/aiogram #1840), a new kind of
gift has another shape; and the number below it is meant for the bot all the same.
"""

import logging
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from aiogram import Bot
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from pinstore.updates.fast import RawUpdate

log = logging.getLogger(__name__)

MOST_PARTS = 20
"""Parts that are left out of one update before it is given up."""


def read(update: RawUpdate, bot: Bot) -> Update | None:
    """The update without what cannot be read; None, which the log tells, if nothing is left that anybody knows."""
    left, places = update, list[str]()
    while True:
        try:
            found = Update.model_validate(left, context={"bot": bot})
            break
        except ValidationError as error:
            where = error.errors(include_input=False)[0]["loc"]
            places.append(".".join(map(str, where)))
            left = deepcopy(left) if left is update else left
            if len(places) > MOST_PARTS or not _leave_out(left, where):
                found = None
                break
    if found is None or (places and left.keys() == {"update_id"}):
        log.error("Update %s cannot be read and is dropped: its %s is not as expected", update["update_id"], places[0])
        return None
    try:
        found.event_type  # noqa: B018 - it is looked for
    except UpdateTypeLookupError:
        log.info("Update %s is of a kind that is not known yet", found.update_id)
        return None
    if places:
        log.warning("Update %s is read without what is not as expected: its %s", update["update_id"], places[0])
    return found


def _leave_out(update: RawUpdate, where: Sequence[int | str]) -> bool:
    """Take the part out that a complaint is about; False if there is none.

    What lacks something goes as a whole, and so does what is none of the shapes that it might have: after its name the
    complaint goes on with that of a shape.
    """
    around: Any = None
    name: Any = None
    here: Any = update
    key: Any
    for key in where:
        if not _holds(here, key):
            break
        around, name, here = here, key, here[key]
    if around is None:
        return False
    del around[name]
    return True


def _holds(part: Any, key: int | str) -> bool:
    return key in part if isinstance(part, dict) else isinstance(part, list) and isinstance(key, int)
