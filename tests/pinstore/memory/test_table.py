"""What the store knows of a table is read from its schema, and what could not be saved exactly is refused."""

import pytest

from bots.clicker.tables import MEMBERS, USERS
from pinstore.memory.table import Table


def test_name_columns_and_key_stand_in_the_schema() -> None:
    """They are written once, so no column can be forgotten; a generated one needs no place in a copy."""
    assert (USERS.name, USERS.key) == ("users", "chatid")
    assert USERS.columns == ("chatid", "name", "click", "state", "reached", "language", "status")
    assert MEMBERS.columns == ("number", "chat", "userid", "name", "click", "reached", "status")
    assert "standing" not in MEMBERS.columns


@pytest.mark.parametrize(
    ("schema", "sentence"),
    [
        ("CREATE TABLE t (name TEXT PRIMARY KEY)", "its key name is TEXT: make it a UNIQUE column"),
        ("CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (a, b))", "its key has 2 columns: make it a UNIQUE one"),
        ("CREATE TABLE t (a INTEGER)", "an INTEGER PRIMARY KEY has to come first, but it has no key"),
        ("CREATE TABLE t (a TEXT, b INTEGER PRIMARY KEY)", "its key b does not come first"),
        ("CREATE TABLE t (a INT PRIMARY KEY)", "its key a is INT"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY DESC)", "its key a is INTEGER"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID", "its key a is INTEGER"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY, b REAL)", "column b is REAL, and only INTEGER and TEXT are kept"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)", "column b is BLOB"),
        ("CREATE TABLE t (a INTEGER PRIMARY KEY, b)", "column b is without a type"),
        ('CREATE TABLE t (a INTEGER PRIMARY KEY, "b c" TEXT)', "column 'b c' needs a name of letters and digits"),
        ('CREATE TABLE "t t" (a INTEGER PRIMARY KEY)', "table t t: this name cannot be used"),
        ("CREATE TABLE mark (a INTEGER PRIMARY KEY)", "table mark: this name cannot be used"),
        ("CREATE TABLE t_changes (a INTEGER PRIMARY KEY)", "table t_changes: this name cannot be used"),
        ("CREATE INDEX i ON t (a)", "not a CREATE TABLE: no such table: main.t"),
        ("SELECT 1", "not one CREATE TABLE"),
        ("CREATE TABEL t", "not a CREATE TABLE"),
    ],
)
def test_what_could_not_be_saved_exactly_is_refused(schema: str, sentence: str) -> None:
    """In a sentence that names the table and what to do."""
    with pytest.raises(ValueError, match=r"\w+") as refused:
        Table(schema)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sums": {"clicks": "clik"}}, "table t has no column clik"),
        ({"ranking": ("click", "reached")}, "table t has no column reached"),
        ({"watch": ("language",)}, "table t has no column language"),
        ({"indexes": ("CREATE INDEX i ON t (nothing)",)}, "not a statement of table t"),
        ({"when_outdated": ("UPDATE u SET a = 1",)}, "not a statement of table t"),
    ],
)
def test_what_a_table_names_must_be_there(options: dict[str, object], sentence: str) -> None:
    """A slip in what stands beside the schema is told when the program starts, not at the first save."""
    with pytest.raises(ValueError, match=sentence):
        Table("CREATE TABLE t (a INTEGER PRIMARY KEY, click INTEGER)", **options)  # type: ignore[arg-type]
