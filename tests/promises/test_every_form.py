"""The promises hold whatever the container: one practice in twelve forms gives one release, byte for byte."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.demo import build, make_practice, write
from core.engine import apply_table
from core.model import ReadError, UsageError
from core.protection import Key, Plan, decide_rows, load_profile, make_context, make_plan
from core.protection.plan import ObjectionSource
from core.reading import open_export
from core.release import export_release, verify_release
from core.survey import survey_export
from core.survey.results import Survey
from tests.promises.forms import FORMS, Rows

KEY = Key(b"k" * 32)
PROFILES = ("own-care-list", "approved-research")


@pytest.fixture(scope="module")
def rows() -> Rows:
    table = build("report", patients=120).tables[0]
    return [table.header, *table.rows]


def plan_for(survey: Survey, profile: str, form: str = "csv") -> Plan:
    return make_plan(
        survey,
        load_profile(profile),
        recipient="Bristol Trial Unit",
        project="Feet 2026",
        format=form,
        objection_sources=(ObjectionSource("codes"),) if profile == "approved-research" else (),
        assume_registered=True,
    )


def released(path: Path, profile: str, out: Path) -> tuple[bytes, dict[str, int]]:
    """The bytes that leave of one file, and why rows do not; with everything the promises say checked."""
    survey = survey_export(open_export([path]))
    plan = plan_for(survey, profile)
    decided = decide_rows(survey, plan, KEY)
    assert decided.rows_in == decided.rows_out + decided.rows_withheld
    result = export_release(survey, plan, KEY, decided, out)
    assert verify_release(result.release, survey, KEY).passed
    assert result.manifest.rows_in == survey.rows
    (data,) = [p for p in (result.release / "send").iterdir() if p.suffix == ".csv"]
    return data.read_bytes(), {reason.id: reason.rows for reason in result.manifest.withheld}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("form", [form for form in FORMS if form != "csv"])
def test_the_same_practice_gives_the_same_release(
    form: str, profile: str, rows: Rows, tmp_path: Path
) -> None:
    plain = released(FORMS["csv"](tmp_path / "plain", rows), profile, tmp_path / "out")
    other = released(FORMS[form](tmp_path / "other", rows), profile, tmp_path / "out2")
    assert other == plain
    assert len(plain[0]) > 2_000


@pytest.mark.parametrize("form", FORMS)
def test_a_form_cut_short_is_refused_or_says_so(form: str, rows: Rows, tmp_path: Path) -> None:
    """A copy that broke off never passes for the whole."""
    path = FORMS[form](tmp_path, rows)
    data = path.read_bytes()
    whole = survey_export(open_export([path])).rows
    for share in (0.25, 0.5, 0.9, 0.999):
        path.write_bytes(data[: int(len(data) * share)])
        try:
            survey = survey_export(open_export([path]))
        except ReadError:
            continue
        told = [*survey.hazards, *survey.problems]
        assert survey.rows == whole or told, f"{share:.1%} of the file passed for the whole"


SHAPES = ("fhir", "fhir-lines", "vision", "adastra", "miquest", "nhais")
WRITERS = ("csv", "xlsx", "parquet", "ndjson", "fhir")


def written(path: Path) -> bytes:
    """All that a file holds, unpacked."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return b"".join(book.read(name) for name in book.namelist())
    if path.suffix == ".parquet":
        return json.dumps(pq.read_table(path).to_pydict(), ensure_ascii=False).encode()
    return path.read_bytes()


def sent(survey: Survey, profile: str, out: Path, form: str) -> bytes:
    """What leaves of a survey in a format; with everything the promises say checked."""
    plan = plan_for(survey, profile, form)
    decided = decide_rows(survey, plan, KEY)
    context = make_context(survey, plan, KEY, decided)
    result = export_release(survey, plan, KEY, decided, out)
    assert verify_release(result.release, survey, KEY).passed
    leaving = 0
    for table in survey.export.tables:
        rows = sum(block.data.num_rows for block in apply_table(table, context, workers=1))
        assert rows == int(np.count_nonzero(decided.leaves(table.name)))
        leaving += rows
    assert leaving == result.manifest.rows_out == decided.rows_out > 50
    assert decided.rows_in == decided.rows_out + decided.rows_withheld
    return b"".join(written(p) for p in sorted((result.release / "send").iterdir()) if p.suffix != ".html")


@pytest.mark.parametrize("shape", SHAPES)
def test_an_own_care_list_of_every_system_keeps_the_promises(shape: str, tmp_path: Path) -> None:
    survey = survey_export(open_export(write(shape, tmp_path, patients=120)))
    data = sent(survey, "own-care-list", tmp_path / "out", "csv")
    named = sum(bool(p.nhs_number) and p.nhs_number.encode() in data for p in make_practice(120).people)
    assert named > 40, "a list for care names its patients, so the search for names below can find them"


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "nhais"])
def test_nobody_leaves_for_research_from_any_system_in_any_format(
    shape: str, form: str, tmp_path: Path
) -> None:
    """NHAIS lists have no codes, so nobody can say who objects: they stop at their gate."""
    survey = survey_export(open_export(write(shape, tmp_path, patients=120)))
    if form == "fhir" and not shape.startswith("fhir"):
        with pytest.raises(UsageError):
            sent(survey, "approved-research", tmp_path / "out", form)
        return
    data = sent(survey, "approved-research", tmp_path / "out", form)
    assert len(data) > 2_000
    for person in make_practice(120).people:
        for secret in (person.nhs_number, person.postcode, person.mobile, person.email, person.street):
            assert not secret or secret.encode() not in data, "something that names a patient left"
