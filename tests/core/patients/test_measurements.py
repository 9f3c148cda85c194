"""Which rows are measurements: by code and term, in any unit that is understood, pairs of blood pressure."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

import pytest

from core.demo.words import load_codes
from core.model import Kind, Role
from core.patients import Point, Series, read_record
from core.patients.families import title_of
from core.patients.measurements import recognise
from core.patients.nouns import FAMILIES
from core.preview import Preview
from core.survey.results import NO_DAY
from resources import ROOT
from tests.core.patients.demo_previews import demo
from tests.core.protection.builders import REPORT, Made, make_survey
from tests.core.protection.strategies import KEY, job

FIELDS = (REPORT[0], REPORT[6], REPORT[7], REPORT[8], REPORT[9])  # number, code, term, value, unit
Row = tuple[str | None, str | None, str | None, str | None]


def series_of(rows: Sequence[Row], days: Sequence[int] | None = None, **more: object) -> tuple[Series, ...]:
    made = Made(
        FIELDS, [["9990000000", *row] for row in rows], [0] * len(rows), day=days or [100] * len(rows), **more
    )  # type: ignore[arg-type]
    work = job(make_survey({"events": made}), "approved-research")
    return read_record(Preview(work.survey, work.plan, KEY, work.rows), 0).series


def value_of(*row: str | None) -> float | None:
    found = series_of([row])  # type: ignore[list-item]
    return found[0].points[0].value if found else None


@pytest.mark.parametrize(
    ("id", "row", "value"),
    [
        ("bmi", ("22K..", None, "24.7", "kg/m2"), 24.7),
        ("bmi", ("22K", None, "24.7", None), 24.7),
        ("bmi", (None, "Body mass index", "24.7", "kg/m²"), 24.7),
        ("weight", ("27113001", None, "81.4", "kg"), 81.4),
        ("weight", (None, "O/E - weight", "81.4 kg", None), 81.4),
        ("weight", (None, "Body weight", "3,420", "g"), 3.42),
        ("cholesterol", ("XE2eD", None, "5.2", "mmol/L"), 5.2),
        ("cholesterol", (None, "Serum total cholesterol level", "200", "mg/dL"), 5.17),
        ("hba1c", ("42W5.00", None, "48", "mmol/mol"), 48.0),
        ("hba1c", (None, "HbA1c level (DCCT aligned)", "6.5", "%"), 47.53),
        ("hba1c", (None, "Haemoglobin A1c level", "6.5", None), 47.53),
        ("hba1c", (None, "Haemoglobin A1c level", "53", None), 53.0),
        ("egfr", ("451E.", None, ">90", "mL/min/1.73m2"), 90.0),
        ("egfr", (None, "eGFR using creatinine (CKD-EPI) per 1.73 square metres", "61", "mL/min"), 61.0),
    ],
)
def test_a_measurement_is_known_by_code_or_term(id: str, row: Row, value: float) -> None:
    (found,) = series_of([row])
    assert (found.id, found.points) == (id, (Point(100, value),))
    assert found.title
    assert found.unit


@pytest.mark.parametrize(
    "row",
    [
        (None, "Serum HDL cholesterol level", "1.4", "mmol/L"),
        (None, "Total cholesterol:HDL ratio", "3.1", None),
        (None, "Family history of high blood pressure", "1", None),
        (None, "Target systolic blood pressure", "140", "mmHg"),
        (None, "Weight loss", "5", "kg"),
        (None, "Systolic murmur", "2", None),
        (None, "Ejection systolic murmur", "60", None),
        (None, "Estimated birth weight", "3", "kg"),
        (None, "Body weight", "not recorded", None),
        (None, "Body weight", "81", "mmol/L"),
        (None, "Body weight", "8100", "kg"),
        (None, "Glomerular filtration rate stage 3", "3", None),
        (None, "Overweight", "91", "kg"),
        (None, None, "81", "kg"),
    ],
)
def test_what_is_no_such_measurement_is_not_drawn(row: Row) -> None:
    assert value_of(*row) is None


def test_upper_and_lower_number_of_a_day_are_a_pair() -> None:
    rows = [
        (None, "Systolic blood pressure", "140", "mmHg"),
        ("271650006", None, "90", "mmHg"),
        ("2469.", None, "150", "mmHg"),
        (None, "O/E - diastolic BP reading", "95", "mm[Hg]"),
        (None, "Systolic blood pressure", "132", None),
        (None, "Diastolic blood pressure", "70", None),
    ]
    (found,) = series_of(rows, [10, 10, 20, 20, 30, 31])
    assert found.points == (Point(10, 140, 90), Point(20, 150, 95), Point(30, 132))


def test_two_readings_of_a_day_are_paired_in_their_order() -> None:
    rows = [
        (None, "Systolic blood pressure", "160", "mmHg"),
        (None, "Diastolic blood pressure", "100", "mmHg"),
        (None, "Systolic blood pressure", "140", "mmHg"),
        (None, "Diastolic blood pressure", "90", "mmHg"),
    ]
    (found,) = series_of(rows)
    assert found.points == (Point(100, 160, 100), Point(100, 140, 90))


@pytest.mark.parametrize("text", ["132/78", "132 / 78 mmHg", " 132/78"])
def test_both_numbers_may_stand_in_one_cell(text: str) -> None:
    (found,) = series_of([(None, "O/E - blood pressure reading", text, None)])
    assert found.points == (Point(100, 132, 78),)


@pytest.mark.parametrize("text", ["78/132", "132/", "1320/78", "20/10"])
def test_two_numbers_that_are_no_blood_pressure_are_not_drawn(text: str) -> None:
    assert series_of([(None, "Blood pressure", text, None)]) == ()


def test_both_numbers_may_stand_in_two_fields_of_one_row() -> None:
    fields = (
        REPORT[0],
        ("Code", Kind.CODED_CLINICAL, Role.CODE),
        ("VALUE1", Kind.CLINICAL_VALUE, Role.VALUE),
        ("VALUE2", Kind.CLINICAL_VALUE, Role.VALUE),
    )
    made = Made(fields, [["9990000000", "246..", "85", "141"]], [0], day=[4])
    work = job(make_survey({"journal": made}), "approved-research")
    (found,) = read_record(Preview(work.survey, work.plan, KEY, work.rows), 0).series
    assert found.points == (Point(4, 141, 85),)


def test_in_a_report_of_several_entries_a_row_a_value_is_only_about_its_own() -> None:
    fields = (
        REPORT[0],
        ("Code Term", Kind.CODED_CLINICAL, Role.TERM),
        ("Value", Kind.CLINICAL_VALUE, Role.VALUE),
        ("Code Term (2)", Kind.CODED_CLINICAL, Role.TERM),
        ("Value (2)", Kind.CLINICAL_VALUE, Role.VALUE),
    )
    made = Made(fields, [["9990000000", "Body weight", "80", "Alcohol units per week", "70"]], [0], day=[4])
    work = job(make_survey({"report": made}), "approved-research")
    (found,) = read_record(Preview(work.survey, work.plan, KEY, work.rows), 0).series
    assert (found.id, [point.value for point in found.points]) == ("weight", [80.0])


def test_a_point_says_whether_it_would_leave() -> None:
    rows = [(None, "Body weight", "80", "kg"), (None, "Body weight", "90", "kg")]
    (found,) = series_of(rows, [1, 2], categories={1: ["hiv"]})
    assert [point.leaves for point in found.points] == [True, False]


def test_a_value_without_a_day_is_no_point_but_an_item() -> None:
    assert series_of([(None, "Body weight", "80", "kg")], [NO_DAY]) == ()


def test_points_are_in_the_order_of_time() -> None:
    rows = [(None, "Body weight", str(n), "kg") for n in (70, 71, 72)]
    (found,) = series_of(rows, [30, 10, 20])
    assert [point.value for point in found.points] == [71, 72, 70]


@pytest.mark.parametrize("shape", ["demo", "emis-bulk", "fhir"])
def test_the_practices_measurements_are_found_in_every_shape(shape: str) -> None:
    shown = demo(shape)
    found = {
        one.id for patient in range(shown.survey.patients.count) for one in read_record(shown, patient).series
    }
    assert len(found) > 2


def test_the_data_names_known_families_and_each_code_once() -> None:
    data = tomllib.loads((ROOT / "measurements.toml").read_text("utf-8"))
    codes = [
        code
        for one in data["series"]
        for key in ("codes", "upper_codes", "lower_codes")
        for code in one.get(key, ())
    ]
    assert len(codes) == len(set(codes))
    titles = tomllib.loads((ROOT / "families.toml").read_text("utf-8"))["titles"]
    assert set(titles) == set(FAMILIES)
    assert all(title_of(family) for family in FAMILIES)


def test_a_concepts_codes_name_the_series_that_its_term_names() -> None:
    met = set()
    for concept in load_codes().concepts:
        by_term = recognise((concept.term,))
        for code in concept.codes:
            by_code = recognise((code,))
            assert by_code in (None, by_term), concept.term
            met |= {by_code}
    assert len(met) > 6
