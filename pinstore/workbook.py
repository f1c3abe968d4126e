"""Tables as a workbook: what a double click opens."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import xlsxwriter

from pinstore.memory.table import Table
from pinstore.memory.tables import Row

MOST_ROWS = 1_048_575
"""Rows of a sheet below its heading (Excel specifications and limits)."""

LONGEST = 32_767
"""Characters of a cell."""

MOST_DIGITS = 10**15
"""Above this a spreadsheet rounds whole numbers: they are written as texts."""

PLAIN = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
"""A text is a text, whatever it begins with."""


def write(path: Path, tables: Iterable[Table], rows_of: Callable[[Table], Iterator[Sequence[Row]]]) -> Path:
    """Write a sheet for each table, or more if one is full, a few rows at a time; blocks."""
    with xlsxwriter.Workbook(path, {**PLAIN, "constant_memory": True, "tmpdir": str(path.parent)}) as book:
        for table in tables:
            _write_table(book, table, rows_of(table))
    return path


def _write_table(book: xlsxwriter.Workbook, table: Table, slices: Iterator[Sequence[Row]]) -> None:
    sheet, number, written = _sheet(book, table, 1), 1, 0
    for rows in slices:
        for row in rows:
            if written == MOST_ROWS:
                number, written = number + 1, 0
                sheet = _sheet(book, table, number)
            written += 1
            sheet.write_row(written, 0, [_cell(value) for value in row])


def _sheet(book: xlsxwriter.Workbook, table: Table, number: int) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(table.name if number == 1 else f"{table.name} {number}")
    sheet.write_row(0, 0, table.columns)
    return sheet


def _cell(value: object) -> object:
    if isinstance(value, int) and abs(value) >= MOST_DIGITS:
        return str(value)
    return value[:LONGEST] if isinstance(value, str) else value
