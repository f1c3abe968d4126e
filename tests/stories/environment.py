"""The environment of programs that tests start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MOVED = "TESTS_MOVED"
"""The variable that names the file of `scenes.moved` to a bot whose time is not the machine's."""

OURS = ("PYTEST_", "COVERAGE_", "COV_CORE_")


def foreign(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left for programs of others without the words for this pytest: a nested one would measure, too."""
    return {name: value for name, value in environment.items() if not name.startswith(OURS)}
