"""The environment of programs that tests start and that are none of this project's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = ("PYTEST_", "COVERAGE_", "COV_CORE_")


def foreign(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left without the words for this run of pytest: a nested one would obey them and measure, too."""
    return {name: value for name, value in environment.items() if not name.startswith(OURS)}
