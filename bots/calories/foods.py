"""What people know: foods with their calories, the latest ones."""

from pinstore import Tables

MOST_FOODS = 500

Food = tuple[str, int]
"""Its name as it was typed, and tenths."""

_FOOD = """
INSERT INTO foods (person, folded, label, tenths, used)
VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(used), 0) + 1 FROM foods WHERE person = ?1))
ON CONFLICT (person, folded) DO UPDATE SET label = excluded.label, tenths = excluded.tenths, used = excluded.used"""
_FORGET_OLDEST = f"""
DELETE FROM foods WHERE person = ?1 AND used <=
(SELECT used FROM foods WHERE person = ?1 ORDER BY used DESC LIMIT 1 OFFSET {MOST_FOODS})"""


class Foods:
    """The table within one transaction; people are told by their ids."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def learn(self, person: int, folded: str, name: str, tenths: int) -> None:
        """Remember a food with its calories; the one longest unused goes when there are too many."""
        self._tables.execute(_FOOD, (person, folded, name, tenths))
        self._tables.execute(_FORGET_OLDEST, (person,))

    def known(self, person: int, folded: str) -> Food | None:
        """A food that is known: its name and tenths."""
        query = "SELECT label, tenths FROM foods WHERE person = ? AND folded = ?"
        found: Food | None = self._tables.execute(query, (person, folded)).fetchone()
        return found

    def last(self, person: int, number: int) -> list[tuple[int, str, int]]:
        """The foods last used, as (number, name, tenths)."""
        query = "SELECT number, label, tenths FROM foods WHERE person = ? ORDER BY used DESC LIMIT ?"
        return self._tables.execute(query, (person, number)).fetchall()

    def numbered(self, person: int, number: int) -> Food | None:
        """One of a person's foods by its number."""
        query = "SELECT label, tenths FROM foods WHERE person = ? AND number = ?"
        found: Food | None = self._tables.execute(query, (person, number)).fetchone()
        return found

    def forget(self, person: int, folded: str) -> str | None:
        """Forget a food; its name, None if it was not known."""
        known = self.known(person, folded)
        self._tables.execute("DELETE FROM foods WHERE person = ? AND folded = ?", (person, folded))
        return known[0] if known else None
