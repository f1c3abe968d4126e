"""Backups of the first version: a bare array of rows, in which the players had no key."""

from collections.abc import Sequence
from typing import Any

from pinstore import errors

COLUMNS = ("chatid", "name", "click", "state")

TEST_ROW = [1234, "eee", 1, 0]
"""The row that the first version put into every new table."""


def read(data: list[Any]) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    """Columns and rows of its players; of one who stands in it twice the most clicks count. Raises DocumentError."""
    players: dict[int, list[Any]] = {}
    for place, row in enumerate(data, 1):
        if not isinstance(row, list) or len(row) != len(COLUMNS) or not _is_player(row):
            raise errors.DocumentError(errors.Fault.ROW_SHAPE, place, f"[{', '.join(COLUMNS)}]")
        known = players.get(row[0])
        if row != TEST_ROW and (known is None or known[2] < row[2]):
            players[row[0]] = [row[0], row[1] or "", row[2], row[3] or 0, place]
    return (*COLUMNS, "reached"), list(players.values())


def _is_player(row: Sequence[Any]) -> bool:
    chatid, name, click, state = row
    whole = type(chatid) is int and type(click) is int and click >= 0
    return whole and (name is None or isinstance(name, str)) and (state is None or type(state) is int)
