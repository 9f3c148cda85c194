"""Limits to sorts of entries: GPDPR's ten years, and the core Summary Care Record of one table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.protection import load_profile
from core.protection.entry_sorts import OTHER, bits_of, sort_names, sort_of_code, sort_of_term
from core.protection.profile_sections import EntryRule
from core.reading import open_export
from core.survey import survey_export
from core.survey.identifiers import parse_date
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import Example, example_of

NHS = "999 000 0018"
HEAD = "NHS Number,Surname,Date of Birth,Date,Code,Code Term,Value\n"
Row = tuple[str, str, str]


def surveyed(folder: Path, name: str, rows: list[Row], head: str = HEAD) -> Survey:
    path = folder / f"{name}.csv"
    said = "".join(f"{NHS},Quixley,12/04/1961,{day},{code},{term},\n" for day, code, term in rows)
    path.write_text(head + said, "utf-8")
    return survey_export(open_export([path]))


def terms(found: Example, table: str) -> list[str | None]:
    return found.cells(table).get("Code Term", [])


# -- GPDPR ---------------------------------------------------------------------------------------
OLD, YOUNG = "30/01/2016", "31/01/2016"  # ten years and a day, and ten years, before the last day
LAST: Row = ("30/01/2026", "246..", "O/E - blood pressure reading")


def gpdpr(survey: Survey) -> Example:
    return example_of(survey, "gpdpr", assume_registered=True)


@pytest.mark.parametrize(
    ("code", "term"),
    [
        ("bd35.", "Propranolol"),
        ("", "Amoxicillin 500mg capsules"),
        ("8H44.", "Cardiology"),
        ("XaBT0", "Referral to cardiology"),
        ("9N42.", "Did not attend - no reason"),
        ("", "Appointment booked"),
    ],
)
def test_a_medicine_referral_or_appointment_of_over_ten_years_stays(
    tmp_path: Path, code: str, term: str
) -> None:
    survey = surveyed(tmp_path, "record", [(OLD, code, term), (YOUNG, code, term), LAST])
    found = gpdpr(survey)
    assert terms(found, "record") == [term, LAST[2]]
    assert found.withheld() == {"window.entry_old": 1}


@pytest.mark.parametrize(
    ("code", "term"),
    [
        ("H33..", "Asthma"),
        ("", "Penicillin allergy"),
        ("", "Serum cholesterol"),
        ("65ED.", "Influenza vaccination"),
    ],
)
def test_other_entries_leave_whatever_their_age(tmp_path: Path, code: str, term: str) -> None:
    found = gpdpr(surveyed(tmp_path, "record", [("01/02/1988", code, term), LAST]))
    assert terms(found, "record") == [term, LAST[2]]


def test_where_nothing_tells_the_sort_an_old_entry_stays(tmp_path: Path) -> None:
    head = HEAD.replace("Code Term", "Number of it")
    rows = [("01/02/1988", "44054006", ""), ("01/02/2024", "44054006", ""), ("30/01/2026", "44054006", "")]
    survey = surveyed(tmp_path, "record", rows, head)
    assert gpdpr(survey).withheld() == {"window.entry_untold": 1}
    by_name = surveyed(tmp_path, "problems", rows, head)
    assert gpdpr(by_name).withheld() == {}


def test_without_a_day_nobody_knows_how_old_it_is(tmp_path: Path) -> None:
    rows = [("", "bd35.", "Propranolol 40mg tablets"), ("", "H33..", "Asthma"), LAST]
    found = gpdpr(surveyed(tmp_path, "record", rows))
    assert terms(found, "record") == ["Asthma", LAST[2]]
    assert found.withheld() == {"window.entry_untold": 1}


def test_a_table_of_medicines_is_known_by_its_name(tmp_path: Path) -> None:
    found = gpdpr(surveyed(tmp_path, "medicines", [(OLD, "", "Ventolin"), (YOUNG, "", "Ventolin"), LAST]))
    assert terms(found, "medicines") == ["Ventolin", LAST[2]]


def test_the_worked_example_on_the_demo_practice(demo: Survey) -> None:
    """The demo practice's year, as it would be ten years after its middle."""
    last = (date(2035, 6, 30) - date(1970, 1, 1)).days
    found = gpdpr(replace(demo, as_of_day=last))
    assert found.plan.entries == tuple(
        (sort, "2025-07-01") for sort in ("appointments", "medicines", "referrals")
    )
    assert gpdpr(demo).withheld().keys() - found.withheld().keys() == set()
    assert found.withheld()["window.entry_old"]
    assert "window.entry_untold" not in found.withheld()
    issued = [parse_date(cell) for cell in found.cells("medicines")["Date"] if cell]
    assert min(day for day in issued if day) >= date(2025, 7, 1)
    events = found.cells("events")
    days = [parse_date(cell) for cell in events["Date"]]
    assert min(day for day in days if day) < date(2025, 7, 1), "diagnoses of before leave"
    referred = [day for day, term in zip(days, events["Code Term"], strict=True) if "eferral" in (term or "")]
    assert min(day for day in referred if day) >= date(2025, 7, 1)
    assert "over 10 years old" in load_profile("gpdpr").entries[0].source


# -- the core Summary Care Record ------------------------------------------------------------------
EVERYTHING: list[Row] = [
    ("01/02/2024", "H33..", "Asthma"),
    ("01/03/2024", "", "Salbutamol 100micrograms/dose inhaler"),
    ("02/03/2024", "bd35.", "Propranolol 40mg tablets"),
    ("03/03/2024", "14L1.", "H/O: penicillin allergy"),
    ("04/03/2024", "", "Adverse reaction to codeine"),
    ("05/03/2024", "H33..", "Salbutamol 100micrograms/dose inhaler"),  # the code says otherwise
    ("06/03/2024", "44054006", ""),
    ("07/03/2024", "", "Overdose of paracetamol 500mg tablets"),
    ("08/03/2024", "", "Depression - sertraline 50mg tablets not tolerated " + "and so on " * 10),
    ("09/03/2024", "", "Lymecycline 408mg capsules"),
    ("10/03/2024", "bd35.", "Patch 5mg weekly for the skin"),  # the code is of a medicine
    ("11/03/2024", "44054006", "Depressed; on citalopram 20mg"),
    ("12/03/2024", "", "White patches"),
    ("13/03/2024", "44054006", "Metformin 500mg tablets"),
]
KNOWN = [1, 2, 3, 4, 9, 10, 13]


def core(survey: Survey, scope: str = "core") -> Example:
    return example_of(survey, "summary-care-record", statements={"scope": scope})


def test_of_one_table_with_everything_medicines_and_allergies_leave(tmp_path: Path) -> None:
    found = core(surveyed(tmp_path, "record", EVERYTHING))
    assert terms(found, "record") == [EVERYTHING[n][2] for n in KNOWN]
    assert found.withheld() == {"window.entry_other": 1}
    assert found.plan.entries == (("allergies", "only"), ("medicines", "only"))


def test_the_additional_summary_is_not_limited_to_them(tmp_path: Path) -> None:
    found = core(surveyed(tmp_path, "record", EVERYTHING), "additional")
    assert found.plan.entries == ()
    assert "Asthma" in terms(found, "record")


def test_a_field_that_tells_of_another_sort_stays(tmp_path: Path) -> None:
    head = HEAD.replace("Value", "Problem")
    path = tmp_path / "record.csv"
    line = f"{NHS},Quixley,12/04/1961,01/02/2024,,Lymecycline 408mg capsules,Acne vulgaris\n"
    path.write_text(head + line, "utf-8")
    found = core(survey_export(open_export([path])))
    assert "Acne vulgaris" not in [cell for cells in found.cells("record").values() for cell in cells]


def test_where_tables_tell_them_apart_the_others_stay_whole(demo: Survey) -> None:
    found = core(demo)
    assert found.plan.entries == ()
    assert found.actions("events") == {}


# -- the rules -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("term", "sorts"),
    [
        ("Insulin glargine 100units/ml solution for injection", ["medicines"]),
        ("Allergy to peanuts", ["allergies"]),
        ("Referral to physiotherapist", ["referrals"]),
        ("Did not attend", ["appointments"]),
        ("", []),
    ],
)
def test_terms_tell_the_sort(term: str, sorts: list[str]) -> None:
    assert sort_of_term(term) == bits_of(sorts)


@pytest.mark.parametrize(
    "term",
    ["Asthma", "Allergic rhinitis", "Alcohol intake 20 units", "Medication review done", "DNA analysis",
     "Took 20 tablets", "HbA1c 48 mmol/mol", "Birth weight 3200 g", "Lactose intolerance",
     "Postpartum haemorrhage > 500 ml", "Pipe tobacco consumption 25g/week", "Heroin 0.5g daily",
     "500 ml vodka daily", "Inhaler technique good", "Fitting of ring pessary", "eGFR 60 ml/min"],
)  # fmt: skip
def test_terms_of_other_sorts(term: str) -> None:
    assert sort_of_term(term) == OTHER


@pytest.mark.parametrize(
    "term",
    ["White patches", "Patch of eczema on arm", "Dental caps", "Cocaine 1g weekly", "Tumour 12 g removed",
     "Depressed, on citalopram 20mg", "Schizophrenia: olanzapine 10mg", "Prostate 40 g", "Swelling 20 g",
     "Depot injection 25mg", "Erectile dysfunction sildenafil 50mg", "HIV positive - started 600mg tablets",
     "Chlamydia treated with azithromycin 1g", "Vitiligo patches", "Cream", "Hearing aid batteries tablet",
     "Termination of pregnancy 200mg mifepristone tablets", "Cannabis 3.5g a week", "On methadone 50ml",
     "Sildenafil 50mg tablets (erectile dysfunction)", "Truvada tablets for partner"],
)  # fmt: skip
def test_words_of_a_medicine_among_others_are_not_one_for_certain(term: str) -> None:
    assert sort_of_term(term) & OTHER


@pytest.mark.parametrize(
    "term",
    ["Citalopram 20mg", "Salbutamol 100micrograms/dose inhaler CFC free", "Hydrocortisone 1% cream",
     "Co-codamol 30mg/500mg effervescent tablets", "Amoxicillin 250mg/5ml oral suspension sugar free",
     "Metformin 500mg modified-release tablets", "Trimethoprim 200mg tablets (Accord Healthcare Ltd)",
     "Fostair 100micrograms/dose / 6micrograms/dose inhaler (Chiesi Ltd)", "Multivitamin tablets",
     "Latanoprost 50micrograms/ml eye drops", "Macrogol compound 13.8g oral powder", "Senna 7.5mg tabs",
     "Buprenorphine 10micrograms/hour transdermal patches (Example (UK) Ltd)",
     "Methadone 1mg/5ml oral liquid",
     "Buprenorphine 2mg / Naloxone 500microgram sublingual tablets sugar free"],
)  # fmt: skip
def test_the_names_of_medicines_are_medicines_and_nothing_else(term: str) -> None:
    assert sort_of_term(term) == bits_of(["medicines"])


def test_codes_tell_the_sort() -> None:
    told = {code: sort_of_code(code) for code in ("bd35.", "8H44.", "14L1.", "Z880", "H33..", "44054006", "")}
    medicines, referrals, allergies = (bits_of([name]) for name in ("medicines", "referrals", "allergies"))
    assert list(told.values()) == [medicines, referrals, allergies, allergies, OTHER, 0, 0]


def test_a_profile_names_sorts_that_there_are() -> None:
    assert set(sort_names()) == {"medicines", "allergies", "referrals", "appointments"}
    with pytest.raises(ValueError, match="no sort of entry"):
        EntryRule(sorts=("letters",), why="", source="")
