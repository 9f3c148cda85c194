"""What the tests of the survey share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.reading import open_export
from core.survey import Survey, survey_export

Surveyed = Callable[..., Survey]


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
