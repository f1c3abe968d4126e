"""The document's envelope and caption, and what is shown of names: pure functions and their laws."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.clicker import app, texts
from bots.clicker.players import Rating
from bots.clicker.tables import USERS
from pinstore.copies.document import Stamp, check_sum, matches_name, parse
from pinstore.copies.rendering import TableText, render
from pinstore.copies.stamp import caption, read_caption
from pinstore.errors import DocumentError, NewerVersionError
from runtime.admin.totals import captioned
from runtime.languages import Languages
from runtime.names import one_line

STAMPS = st.builds(
    Stamp,
    st.integers(0, 2**53),
    st.integers(0, 2**53),
    st.none() | st.text("0123456789abcdef", min_size=1, max_size=12),
)
SUM = "0123456789abcdef" * 4


@given(stamp=STAMPS, applied=st.frozensets(st.integers(1, 2**31)), is_claim=st.booleans())
def test_what_is_rendered_is_parsed(stamp: Stamp, applied: frozenset[int], is_claim: bool) -> None:
    """Envelope, caption and name say the same of the same bytes."""
    rows = TableText(("chatid", "name"), json.dumps([7, "Ж\n\u2028'"]), [3])
    rendered = render(stamp, {"users": rows}, {"users": 1}, applied)
    document = parse(rendered.content)
    assert (document.generation, document.epoch, document.owner) == stamp
    assert document.applied_updates == sorted(applied)
    assert (document.tables["users"].rows, document.tables["users"].deleted) == ([[7, "Ж\n\u2028'"]], [3])
    check_sum(rendered.content, rendered.sha256)
    assert matches_name(rendered.content, rendered.name)
    text = caption("Игроков: 1", stamp, rendered.sha256, is_claim=is_claim)
    assert read_caption(text) == (stamp, rendered.sha256, is_claim)


@given(content=st.binary())
def test_any_bytes_are_a_document_or_a_document_error(content: bytes) -> None:
    """Never another exception."""
    with suppress(DocumentError):
        parse(content, [USERS])


@given(data=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_any_json_is_a_document_or_a_document_error(data: object) -> None:
    """The same for what is JSON and something else."""
    for value in (data, [data], {"format": "clicker-backup", "version": 1, "generation": data}):
        with suppress(DocumentError):
            parse(json.dumps(value).encode(), [USERS])


def test_a_caption_that_is_not_ours_has_no_marks() -> None:
    """A person may have written anything there; a checksum alone is believed."""
    assert read_caption("привет") == (None, None, False)
    assert read_caption(f"SHA-256 {SUM}") == (None, SUM, False)


def test_a_checksum_is_compared_only_if_there_is_one() -> None:
    """Documents that a person has sent have none."""
    check_sum(b"anything", None)
    with pytest.raises(DocumentError, match="checksum is wrong"):
        check_sum(b"anything", SUM)


def test_a_newer_version_is_told_from_a_wrong_one() -> None:
    """The older program must not go on with an older copy then."""
    with pytest.raises(NewerVersionError, match="version is 7"):
        parse(b'{"format": "clicker-backup", "version": 7}')


@given(name=st.text(max_size=100))
def test_a_shown_name_is_one_line_that_turns_nothing(name: str) -> None:
    """No line break of any kind, no mark that turns the direction, at most 64 characters, never empty."""
    shown = one_line(name)
    assert 0 < len(shown) <= 64
    assert len(shown.splitlines()) == 1
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\t\n\r")


@given(names=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=64), max_size=16))
def test_a_rating_fits_into_a_message(names: list[str]) -> None:
    """A line per player and one more, far below the 4096 characters of sendMessage."""
    text = texts.RUSSIAN.rating(Rating(10**9, [(10**9, name, 2**53) for name in names]))
    assert len(text.splitlines()) == len(names) + 1
    assert len(text) < 4096


def test_a_backup_caption_is_one_line_for_people() -> None:
    """Counts and time, in front of the marks."""
    at = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
    about = app, Languages(app.locales), {"users": 12, "clicks": 345}, at
    text = captioned(*about, None)
    assert text.startswith("Игроков: 12, кликов: 345, 21.11.2026 12:00:30 UTC")
    assert "\n" not in captioned(*about, at)
    assert len(caption(text, Stamp(10**6, 10**6, "f" * 12), SUM, is_claim=True)) < 1024
