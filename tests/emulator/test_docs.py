"""docs/emulator.md says what is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

import emulator
from emulator.methods import METHODS
from emulator.state.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading."""
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(table: str) -> Iterator[str]:
    """The names in the first cell of each row."""
    for row in table.splitlines():
        if row.startswith("|"):
            yield from re.findall(r"`(\w+)", row.split("|")[1])


def test_every_method_has_its_row() -> None:
    """And no row speaks of a method that is not there."""
    assert sorted(first_cells(section("Methods"))) == sorted(method.name for method in METHODS.values())


def test_every_public_name_is_told() -> None:
    """So is every kind of fault."""
    table = section("Test a bot with it")
    assert [name for name in emulator.__all__ if not re.search(rf"\b{name}\b", table)] == []
    assert [kind for kind in get_args(Kind) if f"`{kind}`" not in table] == []


async def test_the_example_is_a_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It plays against a bot that is a program beside it."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    shutil.copy(Path(__file__).parent / "libraries" / "python_telegram_bot.py", tmp_path / "bot.py")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - what a reader of the page will run
    await names["test_a_tap_is_counted"]()
