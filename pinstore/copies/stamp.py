"""The caption of a document message: a line for the admin, and marks that tell which document it is and whose."""

import re
from typing import NamedTuple

from pinstore.copies.document import Stamp


class Marks(NamedTuple):
    """What a caption says about its document; everything is missing in a caption that is not ours."""

    stamp: Stamp | None
    sha256: str | None
    is_claim: bool
    """Written by a claim, which changes the caption alone: the document may be a newer one than `sha256` describes."""


def caption(text: str, stamp: Stamp, sha256: str, *, is_claim: bool = False) -> str:
    """One line for the admin (`text`) and the marks that a restore and an owner read; `read_caption` is the inverse."""
    owner = (stamp.owner or "—") + (_CLAIM if is_claim else "")
    return f"{text} · поколение {stamp.generation} · эпоха {stamp.epoch} · владелец {owner} · SHA-256 {sha256}"


_CLAIM = " (принимает)"
_MARKS = re.compile(r" · поколение (\d+) · эпоха (\d+) · владелец (\S+)( \(принимает\))? · SHA-256 ")
_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


def read_caption(text: str) -> Marks:
    """Find the marks in a caption."""
    marks, checksum = _MARKS.search(text), _SHA256.search(text)
    stamp = Stamp(int(marks[1]), int(marks[2]), None if marks[3] == "—" else marks[3]) if marks else None
    return Marks(stamp, checksum[0] if checksum else None, bool(marks and marks[4]))
