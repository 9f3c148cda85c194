"""care.data, GPDPR and the Summary Care Record: for looking and teaching, and what each would have taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.protection import read_recipients
from core.survey.identifiers import parse_date
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import example_of, with_marks

CLOSED = ("caredata-gpes", "caredata-gpes-2014-12", "gpdpr", "summary-care-record")
KEPT = "keep_expected"
CAREDATA_PATIENTS = {
    "NHS Number": KEPT,
    "Date of Birth": KEPT,
    "Postcode": KEPT,
    "Gender": KEPT,
    "Ethnic Origin": KEPT,
}


@pytest.mark.parametrize("profile", CLOSED)
def test_a_closed_programme_is_for_looking(demo: Survey, profile: str, tmp_path: object) -> None:
    found = example_of(
        demo, profile, statements={"scope": "core"} if profile == "summary-care-record" else {}
    )
    assert found.rows.rows_out > 0  # it can be looked at
    assert found.failing() == ["closed-programme"]
    assert "live legal basis" in found.checked["closed-programme"].detail


def test_a_recipient_with_a_live_legal_basis_opens_it(demo: Survey, tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text(
        '[recipients."Somebody"]\nlegal_basis = "Direction of 2026"\nvalid_from = 2026-01-01\n'
        'valid_until = 2026-12-31\nprofiles = ["caredata-gpes"]\n',
        "utf-8",
    )
    found = example_of(demo, "caredata-gpes", book=read_recipients(path))
    assert found.checked["closed-programme"].passed


@pytest.mark.parametrize("profile", ["caredata-gpes", "caredata-gpes-2014-12"])
def test_care_data_took_identifiers_and_no_name_address_or_note(demo: Survey, profile: str) -> None:
    found = example_of(demo, profile)
    assert found.actions("patients") == CAREDATA_PATIENTS
    events = found.actions("events")
    assert {"NHS Number", "Date of Birth", "Postcode", "Date", "Code", "Code Term", "Value"} <= set(events)
    assert not {"Family Name", "Calling Name", "Number and Street", "EMIS Number"} & set(events)
    assert found.profile.profile_tier == "red"
    assert found.profile.shows.identifiers
    assert "NHS number" in found.profile.shows.warning
    for family in ("hiv", "sexual_health", "termination", "assisted_conception", "prison_and_crime"):
        assert found.withheld()[f"category.{family}"]
    for family in ("complaints_and_legal", "domestic_abuse", "safeguarding", "fgm", "sexual_assault"):
        assert f"category.{family}" in found.withheld() or family in found.plan.withhold_categories
    assert "caredata_2013" in found.plan.withhold_categories  # marital status is in this set
    assert found.withheld()["objection.type1_dissent"]
    assert found.withheld()["status.died"]


def test_the_extract_of_2013_takes_events_since_april_2013(demo: Survey) -> None:
    found = example_of(demo, "caredata-gpes")
    assert (found.plan.window_from, found.plan.window_until) == ("2013-04-01", "")


def test_the_trial_of_2014_takes_four_months(demo: Survey) -> None:
    found = example_of(demo, "caredata-gpes-2014-12")
    assert found.plan.window_from > "2025-01-01"
    assert found.withheld()["window.outside"]
    days = [parse_date(cell) for cell in found.cells("events")["Date"] if cell]
    assert days
    assert all(day is not None and day.isoformat() >= found.plan.window_from for day in days)
    whole = example_of(demo, "caredata-gpes")
    assert found.rows.rows_out < whole.rows.rows_out


def test_gpdpr_makes_codes_of_identifiers_at_the_surgery(demo: Survey) -> None:
    found = example_of(demo, "gpdpr")
    assert found.actions("patients") == {
        "NHS Number": "pseudonym",
        "EMIS Number": "pseudonym",
        "Date of Birth": "pseudonym",
        "Postcode": "pseudonym",
        "Gender": KEPT,
        "Ethnic Origin": KEPT,
        "Date of Death": "pseudonym",
    }
    cells = found.cells("patients")
    assert all(cell is None or cell.startswith("P-") for cell in cells["Postcode"] + cells["Date of Birth"])
    assert found.withheld()["category.assisted_conception"]
    assert "category.hiv" not in found.withheld()  # it was to be taken
    assert found.profile.profile_tier == "amber"
    assert "ten years" in found.profile.description


def test_the_summary_asks_core_or_additional(demo: Survey) -> None:
    silent = example_of(demo, "summary-care-record")
    assert "questions" in silent.failing()
    core = example_of(demo, "summary-care-record", statements={"scope": "core"})
    for example in (silent, core):  # unanswered, the least leaves
        assert example.actions("events") == {}
        assert {"Code", "Medicine", "Quantity"} <= set(example.actions("medicines"))
        assert {"NHS Number", "Family Name"} <= set(example.actions("patients"))
        assert "Number and Street" not in example.actions("patients")
    more = example_of(demo, "summary-care-record", statements={"scope": "additional"})
    assert {"Code", "Code Term", "Value"} <= set(more.actions("events"))
    assert more.withheld()["category.summary_care_exclusion"]
    assert more.withheld()["objection.scr_dissent"]


def test_a_refused_summary_keeps_the_patient_out(clinic: Survey) -> None:
    marked = with_marks(clinic, flags={0: "scr_dissent", 1: "national_share_refused", 2: "type1_dissent"})
    found = example_of(marked, "summary-care-record", statements={"scope": "core"})
    assert found.withheld() == {"objection.scr_dissent": 1, "objection.national_share_refused": 1}
    assert found.rows.patients_out == 2  # a Type 1 objection does not reach a patient's own care


@pytest.mark.parametrize("name", ["emis-bulk", "systmone"])
def test_the_core_summary_finds_medicines_by_the_suppliers_names(
    shape: Callable[[str], Survey], name: str
) -> None:
    found = example_of(shape(name), "summary-care-record", statements={"scope": "core"})
    leaving = {f.table for f in found.plan.fields if f.leaves}
    assert any("Drug" in table or "Medication" in table for table in leaving)
    assert not any("Observation" in table or table == "SRCode" for table in leaving)
