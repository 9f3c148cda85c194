"""The invented practice, previewed in a shape: made once for all tests of a run."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from core.demo import write
from core.preview import Preview
from core.protection import Decisions, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from tests.core.protection.strategies import KEY


@lru_cache(maxsize=8)
def surveyed(shape: str, patients: int = 120) -> Survey:
    """The survey of the practice in a shape. The files stay until the run ends: tables read from them."""
    folder = tempfile.TemporaryDirectory(prefix="practice-")
    _kept.append(folder)
    write(shape, Path(folder.name), patients=patients)
    return survey_export(open_export([Path(folder.name)]))


_kept: list[tempfile.TemporaryDirectory[str]] = []


@lru_cache(maxsize=8)
def demo(shape: str, profile: str = "approved-research", patients: int = 120) -> Preview:
    """A preview of the practice under a profile as it is shipped."""
    return planned(surveyed(shape, patients), profile)


def planned(
    survey: Survey, profile: str = "approved-research", decisions: Decisions | None = None
) -> Preview:
    """A preview of a survey under a profile."""
    plan = make_plan(survey, load_profile(profile), recipient="R", project="J", decisions=decisions)
    return Preview(survey, plan, KEY, decide_rows(survey, plan, KEY))
