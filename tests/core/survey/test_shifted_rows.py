"""A comma without quotes pushes the cells behind it into the wrong fields: such a row is held back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Gate
from core.protection import Key, Plan, decide_rows, gates, load_profile, make_plan
from core.protection.plan import ObjectionSource
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey

HEAD = "NHS Number,Surname,Date,Code,Associated Text,Value\n"
GOOD = "9990000018,ASH,01/02/2025,H33..,well,5\n"
SHIFTED = "9990000026,ELM,01/02/2025,H33..,seen with daughter, Jane Elm,7\n"
TRAILING = "9990000034,OAK,01/02/2025,H33..,well,6,\n"


def surveyed(folder: Path, text: str) -> Survey:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return survey_export(open_export([path]))


def plan_of(survey: Survey, profile: str) -> Plan:
    sources = (ObjectionSource("codes"),) if profile == "approved-research" else ()
    return make_plan(
        survey,
        load_profile(profile),
        recipient="R",
        project="P",
        objection_sources=sources,
        assume_registered=True,
    )


@pytest.mark.parametrize("profile", ["own-care-list", "approved-research"])
@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_shifted_row_stays_and_its_neighbours_leave(tmp_path: Path, profile: str, blank: str) -> None:
    survey = surveyed(tmp_path, HEAD + GOOD + blank + SHIFTED + TRAILING + GOOD)
    (facts,) = survey.facts.values()
    assert facts.shifted is not None
    assert facts.shifted.tolist() == [False, True, False, False]
    decided = decide_rows(survey, plan_of(survey, profile), Key(b"k" * 32))
    assert [(c.id, c.rows) for c in decided.counted] == [("row.shifted", 1)]


def test_a_comma_at_every_end_shifts_nothing(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, HEAD + TRAILING + GOOD + TRAILING)
    (facts,) = survey.facts.values()
    assert facts.shifted is None


def test_the_rows_of_a_tidied_report_too(tmp_path: Path) -> None:
    """Reports are held in memory with a field for extra cells of their own."""
    head = "Last Run,x,Relative Date,01-Jan-2026\n\n" + HEAD.replace("NHS Number", "EMIS Number,NHS Number")
    rows = "".join(f"{n},{line}" for n, line in enumerate((GOOD, SHIFTED, GOOD)))
    survey = surveyed(tmp_path, head + rows)
    (facts,) = survey.facts.values()
    assert facts.shifted is not None
    assert facts.shifted.tolist() == [False, True, False]


def test_an_own_care_list_drops_nobody_so_in_silence(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, HEAD + GOOD + SHIFTED)
    plan = plan_of(survey, "own-care-list")
    decided = decide_rows(survey, plan, Key(b"k" * 32))
    assert [(c.id, c.patients) for c in decided.missing_out] == [("shifted", 1)]
    found: list[Gate] = [
        g
        for g in gates(survey, plan, decided, load_profile("own-care-list"), ask=True)
        if g.name == "missing-out"
    ]
    assert not found[0].passed
    assert "more cells than the table has fields" in found[0].detail
