"""A report on one patient with consent: what leaves, what waits, and what is refused."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from core.model import PolicyError, UsageError
from core.protection import read_recipients
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import Example, example_of

PROFILE = "single-patient-report"
SAID = {
    "who_asked": "insurer",
    "what_was_asked": "report",
    "consent_signed_on": "2026-01-05",
    "asked_from": "2021-01-01",
    "asked_until": "2025-12-31",
    "wants_to_see": "no",
}
_HEAD = ("NHS Number", "Surname", "Date of Birth", "Next of kin", "Date", "Read Code", "Code Term", "Value")
_EVENTS = (
    ("2015-03-01", "H33..", "Asthma", ""),
    ("2022-03-01", "H33..", "Asthma", ""),
    ("2023-06-01", "43C1.", "HIV negative", ""),
    ("2024-02-02", "246..", "O/E - blood pressure reading", "120/80"),
    ("2026-01-20", "246..", "O/E - blood pressure reading", "130/80"),
)


def surveyed(folder: Path, numbers: tuple[str, ...]) -> Survey:
    path = folder / "record.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for at, number in enumerate(numbers):
            for day, code, term, value in _EVENTS:
                writer.writerow(
                    (number, f"Quixley{at}", "12/04/1961", "Mary Quixley", day, code, term, value)
                )
    return survey_export(open_export([path]))


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return surveyed(tmp_path_factory.mktemp("one"), ("999 000 0018",))


def report(survey: Survey, **said: str) -> Example:
    return example_of(survey, PROFILE, statements={**SAID, **said})


def test_one_patient_leaves_with_the_days_asked_for_and_no_relative(one: Survey) -> None:
    found = report(one)
    assert found.failing() == []
    assert "Next of kin" not in found.actions("record")
    assert (found.plan.window_from, found.plan.window_until) == ("2021-01-01", "2025-12-31")
    assert found.cells("record")["Date"] == ["2022-03-01", "2024-02-02"]
    assert found.withheld() == {"category.hiv_tests": 1, "window.outside": 1}  # negative HIV tests stay
    assert "genetic_tests" in found.plan.withhold_categories
    assert found.profile.profile_tier == "red"


def with_entry(folder: Path, code: str, term: str, value: str = "") -> Survey:
    path = folder / "record.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        for day, found, said, number in (
            ("2022-03-01", "H33..", "Asthma", ""),
            ("2022-04-01", code, term, value),
            ("2022-05-01", "246..", "O/E - blood pressure reading", ""),
        ):
            row = ("999 000 0018", "Quixley", "12/04/1961", "Mary Quixley", day, found, said, number)
            writer.writerow(row)
    return survey_export(open_export([path]))


@pytest.mark.parametrize(
    ("code", "term", "reason"),
    [
        ("12C1.", "", "family_history"),  # Read v2: its chapter tells
        ("1225.", "No FH: breast cancer", "family_history"),
        ("", "Family history of ischaemic heart disease", "family_history"),
        ("", "Father has dementia", "family_history"),
        ("", "Husband alcoholic", "about_others"),
        ("", "partner known drug user", "about_others"),
        ("", "Wife has HIV", "about_others"),
        ("", "Predictive genetic test for Huntington's disease", "genetic_tests"),
        ("", "BRCA1 gene mutation negative", "genetic_tests"),
        ("", "BRCA1 gene mutation positive", "genetic_tests"),
        ("", "Cystic fibrosis carrier", "genetic_tests"),
        ("", "HIV test negative", "hiv_tests"),
        ("", "HIV test", "hiv_tests"),
        ("165813002", "", "hiv_tests"),  # a test, by the published set
        ("A788.", "HIV test negative", "hiv_tests"),  # the code says otherwise
        ("", "HIV positive partner", "hiv_tests"),
        ("", "Chlamydia infection", "hiv_tests"),
        ("", "Termination of pregnancy", "termination"),
    ],
)
def test_what_tells_of_relatives_or_was_never_the_patients_to_tell_stays_and_says_why(
    tmp_path: Path, code: str, term: str, reason: str
) -> None:
    found = report(with_entry(tmp_path, code, term))
    assert found.cells("record")["Date"] == ["2022-03-01", "2022-05-01"]
    (why,) = [told for told in found.rows.reasons if told.id.startswith("category.")]
    assert why.text.startswith("Sensitive: ")
    told = found.survey.facts["record"].categories_of(1)
    assert reason in found.survey.lookup.categories_of(told)


@pytest.mark.parametrize(
    ("code", "term"),
    [
        ("A788.", "Acquired immune deficiency syndrome"),
        ("86406008", "Human immunodeficiency virus infection (disorder)"),
        ("43C3.", "HIV positive"),
        ("", "HIV disease resulting in Pneumocystis carinii pneumonia"),
        ("C370.", "Cystic fibrosis"),
        ("", "Huntington's disease"),
        ("", "Haemophilia A"),
        ("", "Cystic fibrosis confirmed by genetic testing"),
    ],
)
def test_a_diagnosis_of_the_patients_own_leaves(tmp_path: Path, code: str, term: str) -> None:
    found = report(with_entry(tmp_path, code, term))
    assert found.cells("record")["Date"] == ["2022-03-01", "2022-04-01", "2022-05-01"]
    assert found.withheld() == {}


@pytest.mark.parametrize(
    ("code", "term", "value"),
    [
        ("86406008", "Negative", ""),
        ("86406008", "Excluded", ""),
        ("86406008", "?", ""),
        ("86406008", "Partner positive", ""),
        ("190905008", "Carrier", ""),
        ("190905008", "Screening - not affected", ""),
        ("58756001", "Predictive test", ""),
        ("58756001", "Father", ""),
        ("86406008", "Human immunodeficiency virus infection", "negative"),
        ("86406008", "Human immunodeficiency virus infection", "husband"),
        ("86406008", "", "negative"),
        ("", "HIV positive", "Partner"),
        ("", "Cystic fibrosis", "carrier"),
    ],
)
def test_a_diagnosis_that_another_cell_of_its_row_doubts_stays_and_says_why(
    tmp_path: Path, code: str, term: str, value: str
) -> None:
    found = report(with_entry(tmp_path, code, term, value))
    assert found.cells("record")["Date"] == ["2022-03-01", "2022-05-01"]
    (withheld,) = found.withheld()
    assert withheld in {"category.hiv_tests", "category.genetic_tests", "category.family_history"}


def test_a_diagnosis_with_a_result_that_doubts_nothing_leaves(tmp_path: Path) -> None:
    found = report(with_entry(tmp_path, "86406008", "Human immunodeficiency virus infection", "Positive"))
    assert found.withheld() == {}


def test_a_person_can_keep_every_entry_about_hiv_back(tmp_path: Path) -> None:
    survey = with_entry(tmp_path, "43C3.", "HIV positive")
    decided = {"categories": {"hiv": "withhold"}}
    found = example_of(survey, PROFILE, statements=SAID, decisions=decided)
    assert found.withheld() == {"category.hiv": 1}


@pytest.mark.parametrize("term", ["In vitro fertilisation", "Gender reassignment surgery"])
def test_what_a_law_restricts_stays_whatever_was_agreed(tmp_path: Path, term: str) -> None:
    found = report(with_entry(tmp_path, "", term))
    assert found.cells("record")["Date"] == ["2022-03-01", "2022-05-01"]


def test_what_was_not_answered_is_asked(one: Survey) -> None:
    gate = example_of(one, PROFILE).checked["questions"]
    assert not gate.passed
    assert set(gate.needs) == set(SAID)
    assert "When" not in gate.detail
    assert "Who asked for it?" in gate.detail


def test_a_patient_who_wants_to_see_it_has_21_days(one: Survey) -> None:
    untold = report(one, wants_to_see="yes")
    assert untold.failing() == ["questions", "waiting"]
    early = report(one, wants_to_see="yes", patient_told_on="2026-01-13")
    assert early.failing() == ["waiting"]
    assert "3 February 2026" in early.checked["waiting"].detail
    assert report(one, wants_to_see="yes", patient_told_on="2026-01-12").failing() == []  # 21 days ago today
    seen = report(one, wants_to_see="yes", patient_told_on="2026-01-30", seen_and_agreed="yes")
    assert seen.failing() == []
    unhappy = report(one, wants_to_see="yes", patient_told_on="2026-01-30", seen_and_agreed="no")
    assert unhappy.failing() == ["waiting"]


def test_a_day_that_has_not_come_is_no_answer(one: Survey) -> None:
    found = report(one, consent_signed_on="2026-02-03")
    assert found.failing() == ["questions"]
    assert "has not come yet" in found.checked["questions"].detail


def test_an_insurers_subject_access_request_is_refused(one: Survey, tmp_path: Path) -> None:
    found = report(one, what_was_asked="subject_access")
    assert found.failing() == ["request"]
    assert "Access to Medical Reports Act" in found.checked["request"].detail
    assert report(one, what_was_asked="subject_access", who_asked="other").failing() == []
    book = tmp_path / "book.toml"
    book.write_text(
        '[recipients."Somebody"]\nlegal_basis = "Consent"\nvalid_from = 2026-01-01\ntype = "insurer"\n'
        f'valid_until = 2026-12-31\nprofiles = ["{PROFILE}"]\n',
        "utf-8",
    )
    # Whatever was said of who asked, the book says what the recipient is.
    told = example_of(
        one,
        PROFILE,
        statements={**SAID, "what_was_asked": "subject_access", "who_asked": "other"},
        book=read_recipients(book),
    )
    assert "request" in told.failing()


def test_a_second_patient_stops_it(tmp_path: Path) -> None:
    two = surveyed(tmp_path, ("999 000 0018", "999 000 0026"))
    found = report(two)
    assert found.failing() == ["one-patient"]
    assert "2 would leave" in found.checked["one-patient"].detail


def test_a_row_that_does_not_say_whose_it_is_stops_it(tmp_path: Path) -> None:
    some = surveyed(tmp_path, ("999 000 0018", ""))
    found = report(some)
    assert found.failing() == ["one-patient"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "Agnes"}, "does not ask that"),
        ({"wants_to_see": "Agnes Kowalski"}, "yes or no"),
        ({"asked_from": "last spring"}, "2026-03-31"),
        ({"who_asked": "my employer"}, "insurer, employer, other"),
    ],
)
def test_an_answer_is_never_typed_text(one: Survey, said: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words) as error:
        report(one, **said)
    assert next(iter(said.values())) not in error.value.message


def test_days_in_the_wrong_order_share_no_day(one: Survey) -> None:
    with pytest.raises(PolicyError, match="No day is left"):
        report(one, asked_from=date(2026, 1, 1).isoformat())
