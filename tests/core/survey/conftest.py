"""What the tests of the survey share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.reading import open_export
from core.survey import Survey, survey_export

Surveyed = Callable[..., Survey]


def nhs_numbers(count: int) -> list[str | None]:
    """Numbers of the range kept for tests, with correct check digits."""
    found: list[str | None] = []
    for nine in range(999_000_001, 999_999_999):
        digits = str(nine)
        last = (11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11) % 11
        if last < 10:
            found.append(digits + str(last))
        if len(found) == count:
            break
    return found


@pytest.fixture
def surveyed(tmp_path: Path) -> Surveyed:
    """Writes tables (name -> text) to files and surveys them together."""

    def of(**tables: str) -> Survey:
        paths = []
        for name, text in tables.items():
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return survey_export(open_export(paths))

    return of
