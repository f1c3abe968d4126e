"""A bot on the demo's page: what it is called, who plays with it, what it promises."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.page.tally import Tally, Words

    Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Cast:
    """Everything that the page has to know of a bot.

    people: first names, the admin comes after them; role: what they are; purse: the Stars of each; clock: time matters;
    channel: the id of the one it posts in; settings: its own variables.
    """

    title: str
    line: Words
    people: tuple[str, ...]
    admin: str
    role: str
    tally: Callable[[], Tally] | None = None
    purse: int = 0
    clock: bool = False
    channel: int = 0
    settings: tuple[tuple[str, str], ...] = ()


def tables(document: bytes) -> dict[str, Rows]:
    """The tables of a stored document, rows by column; none when it is something else."""
    try:
        found = json.loads(document)["tables"]
        return {
            name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
            for name, table in found.items()
        }
    except (LookupError, TypeError, ValueError, AttributeError):
        return {}
