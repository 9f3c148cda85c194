"""Whose record is for a GP: colleagues by whole name, those who live with them, those marked by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Kind, PolicyError, Role, UsageError
from core.patients.gp_only import (
    GpOnly,
    gp_only_file,
    load_gp_only,
    marked_patients,
    new_gp_only,
    save_gp_only,
)
from core.patients.queue import review_queue
from core.patients.relations import UNREADABLE, close_to_staff, needs_gp
from core.patients.staff_names import staff_in_parts
from core.preview import Preview
from core.protection import Key, ObjectionSource, decide_rows, load_profile, make_plan
from core.reading import open_export
from core.survey import Survey, survey_export
from tests.core.protection.builders import Made, make_survey, report
from tests.core.protection.strategies import KEY

HEAD = "NHS Number,Surname,Forename,Date of birth,Address line 1,Postcode,Code Term,Clinician name\n"
PEOPLE = (
    ("White", "Adam", "1 Elm Road", "BS1 1AA"),
    ("May", "Teresa", "2 Elm Road", "BS1 1AB"),
    ("Parkinson", "Cecil", "3 Elm Road", "BS1 1AC"),
    ("Quixley", "Jane", "4 Elm Road", "BS1 1AD"),
    ("Quixley", "Tom", "4 Elm Road", "BS1 1AD"),
    ("Quixley", "Una", "9 Oak Lane", "BS1 1AE"),
    ("Zabrowicz", "Karol", "5 Elm Road", "BS1 1AF"),
    ("Zabrowicz", "Olga", "6 Elm Road", "BS1 1AG"),
)


@pytest.fixture(autouse=True)
def _no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "none" / "gp-only.json"))


def surveyed(folder: Path, staff: list[str]) -> Survey:
    """Everybody above, twice, seen by staff with these names."""
    lines = []
    for at, (n, (last, first, road, code)) in enumerate([*enumerate(PEOPLE)] * 2):
        who = f"999 000 {n:04d},{last},{first},{n + 1:02d}/04/1950,{road},{code}"
        lines.append(f'{who},Diabetes,"{staff[at % len(staff)]}"')
    path = folder / "export.csv"
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return survey_export(open_export([path]))


def who(survey: Survey, found: dict[int, str] | frozenset[int]) -> set[str]:
    """Forenames of patients."""
    return {PEOPLE[int(survey.patients.identity[p][-4:])][1] for p in found}


def for_gp(survey: Survey, **more: object) -> set[str]:
    told = {p: needs_gp(survey, KEY, p, **more) for p in range(survey.patients.count)}  # type: ignore[arg-type]
    return who(survey, {p: words for p, words in told.items() if words})


@pytest.mark.parametrize(
    "staff",
    [
        ["Dr White", "Dr May", "Dr Parkinson", "Nurse Quixley"],
        ["Dr Bill White", "MAY, Susan (Dr)", "Sister Ann Parkinson", "Dr Zoe Quixley"],
        ["Dr T May", "Dr A White", "Dr C Parkinson"],
        ["Adam", "Teresa", "Cecil Ltd"],
        ["Practice nurse", "GP locum", "Not known"],
    ],
)
def test_a_surname_makes_no_colleague(tmp_path: Path, staff: list[str]) -> None:
    survey = surveyed(tmp_path, staff)
    assert survey.known.staff_names  # the field was taken for one of staff
    assert for_gp(survey) == set()


@pytest.mark.parametrize(
    "name", ["Dr Jane Quixley", "QUIXLEY, Jane (Dr)", "Jane Mary Quixley", "jane quixley"]
)
def test_a_colleague_and_whoever_lives_there(tmp_path: Path, name: str) -> None:
    survey = surveyed(tmp_path, [name, "Dr Amit Bhandari"])
    assert for_gp(survey) == {"Jane", "Tom"}
    words = {needs_gp(survey, KEY, p) for p in close_to_staff(survey)}
    assert words == {
        "The patient has the name of a member of staff who is named in this export.",
        "The patient lives with somebody who has the name of a member of staff.",
    }


def test_an_initial_and_a_rare_surname_are_enough(tmp_path: Path) -> None:
    assert for_gp(surveyed(tmp_path, ["Dr K Zabrowicz", "Dr Amit Bhandari"])) == {"Karol"}


def test_whoever_is_looking_is_staff_too(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, ["Dr Amit Bhandari"])
    assert for_gp(survey) == set()
    assert for_gp(survey, staff=("Teresa May",)) == {"Teresa"}
    assert for_gp(survey) == set()


def queue_of(survey: Survey, **more: object) -> dict[int, str]:
    plan = make_plan(
        survey,
        load_profile("local-shared-record"),
        recipient="R",
        project="P",
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
    )
    shown = Preview(survey, plan, KEY, decide_rows(survey, plan, KEY))
    entries = review_queue(shown, **more).entries  # type: ignore[arg-type]
    return {e.patient: r.text for e in entries for r in e.reasons if r.id == "relation"}


def test_such_records_are_on_the_list(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, ["Dr Jane Quixley", "Dr Amit Bhandari"])
    assert who(survey, queue_of(survey)) == {"Jane", "Tom"}
    assert who(survey, queue_of(survey, marked=frozenset([0]))) == {"Jane", "Tom", "Adam"}
    assert not any("Quixley" in text or "Jane" in text for text in queue_of(survey).values())


# -- marked by hand ------------------------------------------------------------------------------
def test_marked_by_hand_kept_and_taken_off(tmp_path: Path) -> None:
    survey, path = make_survey(report()), tmp_path / "gp-only.json"
    assert load_gp_only(path, KEY) is None
    held = new_gp_only(KEY).with_patient(survey, 3).with_patient(survey, 3).with_patient(survey, 1)
    save_gp_only(path, held)
    again = load_gp_only(path, KEY)
    assert again is not None
    assert again.entries == held.entries
    assert marked_patients(survey, again) == {1, 3}
    assert needs_gp(survey, KEY, 3, marked=again) == "The practice has marked this record for a GP."
    assert needs_gp(survey, KEY, 2, marked=again) == ""
    assert marked_patients(survey, again.without_patient(survey, 1).without_patient(survey, 1)) == {3}


def test_the_list_is_found_where_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = make_survey(report())
    monkeypatch.delenv("THRESHOLD_GP_ONLY")
    monkeypatch.setenv("THRESHOLD_HOLD_BACKS", str(tmp_path / "hold-backs.json"))
    assert gp_only_file() == tmp_path / "gp-only.json"
    save_gp_only(gp_only_file(), new_gp_only(KEY).with_patient(survey, 2))
    assert needs_gp(survey, KEY, 2)
    assert not needs_gp(survey, KEY, 1)


def test_the_file_tells_nothing_of_the_patient(tmp_path: Path) -> None:
    survey, path = make_survey(report()), tmp_path / "gp-only.json"
    save_gp_only(path, new_gp_only(KEY).with_patient(survey, 3))
    text = path.read_text(encoding="utf-8")
    assert survey.patients.identity[3].partition("|")[2] not in text
    assert "Name3" not in text
    assert path.stat().st_mode & 0o077 == 0
    other = new_gp_only(Key(bytes(range(1, 33)))).with_patient(survey, 3)
    assert other.entries[0].code not in text


def edited(text: str) -> str:
    told = json.loads(text)
    told["entries"] = []
    return json.dumps(told)


def test_a_list_that_cannot_be_trusted_asks_for_a_gp_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, path = make_survey(report()), tmp_path / "gp-only.json"
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(path))
    held = new_gp_only(KEY).with_patient(survey, 3)
    save_gp_only(path, held)
    whole = path.read_text(encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_gp_only(path, Key(bytes(range(1, 33))))
    assert refused.value.code == "gp_only.key"
    path.write_text(edited(whole), encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_gp_only(path, KEY)
    assert refused.value.code == "gp_only.edited"
    for text in (edited(whole), "{}", "no list", whole.replace("threshold-gp-only", "threshold-hold-backs")):
        path.write_text(text, encoding="utf-8")
        assert needs_gp(survey, KEY, 1) == UNREADABLE
    path.write_text(whole, encoding="utf-8")
    assert needs_gp(survey, None, 1) == UNREADABLE  # without the key nobody can be found on it
    assert needs_gp(survey, KEY, 1) == ""


def test_only_patients_that_are_there_can_be_marked() -> None:
    survey = make_survey(report())
    with pytest.raises(UsageError):
        new_gp_only(KEY).with_patient(survey, 99)
    with pytest.raises(UsageError):
        new_gp_only(KEY).with_patient(survey, 1, by="somebody")
    assert isinstance(new_gp_only(KEY), GpOnly)


USERS = (
    ("Title", Kind.STAFF, Role.STAFF_NAME),
    ("GivenName", Kind.STAFF, Role.STAFF_NAME),
    ("Surname", Kind.STAFF, Role.STAFF_NAME),
)


def test_staff_whose_names_stand_in_parts_are_known() -> None:
    users = Made(
        USERS, [["Dr", "Jane", "Quixley"], ["Mr", "Cecil", "Vobster"], [None, "Tom", None]], block_rows=2
    )
    survey = make_survey({**report(people=4), "users": users})
    assert staff_in_parts(survey) == {"Jane Quixley", "Cecil Vobster"}
    own = {0: {"jane", "quixley"}, 1: {"cecil", "quixley"}, 2: {"tom", "quixley"}, 3: {"jane", "vobster"}}
    names = {patient: frozenset(held) for patient, held in own.items()}
    singles = frozenset(cell for row in users.rows for cell in row if cell)  # what the survey keeps
    known = replace(survey.known, staff_names=singles, names_of_patient=names)
    assert set(close_to_staff(replace(survey, known=known))) == {0}
