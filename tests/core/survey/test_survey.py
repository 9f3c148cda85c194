"""The survey of whole exports, read from real files: who, when, what, and what was not understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from core.model import Cancelled, Kind, Role, Status
from core.reading import open_export
from core.survey import NO_DAY, NO_PATIENT, OBJECTIONS, Survey, find_fields, survey_export
from core.survey.identifiers import hash64, normalise
from resources import ROOT

Files = Mapping[str, str]
Surveyed = Callable[..., Survey]

DEMO = ROOT / "demo"
NHS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050")


@pytest.fixture
def surveyed(tmp_path: Path) -> Surveyed:
    """Writes tables (name -> CSV text) to files and surveys them together."""

    def of(max_workers: int | None = None, **tables: str) -> Survey:
        paths = []
        for name, text in tables.items():
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        return survey_export(open_export(paths), max_workers=max_workers)

    return of


def patient(survey: Survey, identity: str) -> int:
    return survey.patients.identity.index(identity)


def objections(survey: Survey, identity: str) -> set[str]:
    bits = int(survey.patients.objections[patient(survey, identity)])
    return {name for number, name in enumerate(OBJECTIONS) if bits >> number & 1}


def status(survey: Survey, identity: str) -> Status:
    return Status(int(survey.patients.status[patient(survey, identity)]))


EVENTS = f"""NHS Number,Event Date,Code,Code Term
{NHS[0]},01/02/2020,9Nu0.,Dissent from secondary use
{NHS[0]},01/02/2020,A788.,HIV positive
{NHS[1]},01/02/2020,9Nu0.,Dissent from secondary use
{NHS[1]},01/03/2020,9Nu1.,Dissent withdrawn
{NHS[2]},01/03/2020,9NU0.,Interpreter needed
{NHS[2]},,1090241000000100,Something damaged
"""


def test_rows_know_patient_day_category_objection_and_damage(surveyed: Surveyed) -> None:
    survey = surveyed(events=EVENTS)
    facts = survey.facts["events"]
    assert survey.rows == facts.rows == 6
    assert survey.patients.identity == tuple(f"nhs|{number}" for number in NHS[:3])
    assert facts.patient.tolist() == [0, 0, 1, 1, 2, 2]
    day = int(np.datetime64("2020-02-01").astype("datetime64[D]").astype(int))
    assert facts.day.tolist() == [day, day, day, day + 29, day + 29, NO_DAY]
    hiv = 1 << survey.category_ids.index("hiv")
    assert [bool(int(bits) & hiv) for bits in facts.categories] == [False, True, False, False, False, False]
    assert facts.objection_row.tolist() == [True, False, True, True, False, False]
    assert facts.unknown_code.tolist() == [False] * 5 + [True]


def test_objections_are_those_that_hold_now(surveyed: Surveyed) -> None:
    survey = surveyed(events=EVENTS)
    assert [objections(survey, f"nhs|{number}") for number in NHS[:3]] == [{"type1_dissent"}, set(), set()]
    (counted,) = survey.objections
    assert (counted.id, counted.rows, counted.patients) == ("type1_dissent", 2, 1)


def test_what_was_found_is_counted(surveyed: Surveyed) -> None:
    survey = surveyed(events=EVENTS)
    hiv = next(c for c in survey.categories if c.id == "hiv")
    assert (hiv.rows, hiv.patients, hiv.codes) == (1, 1, 1)
    assert (survey.unknown_codes.rows, survey.unknown_codes.codes) == (1, 1)


def test_tables_are_tied_through_one_that_has_both_keys(surveyed: Surveyed) -> None:
    survey = surveyed(
        patients=f"NHS Number,EMIS Number,Surname\n{NHS[0]},17,Archer\n{NHS[1]},18,Baker\n",
        entries="EMIS Number,Event Date,Code\n"
        "18,01/02/2020,A788.\n17,01/02/2020,9Nu0.\n19,01/02/2020,H33..\n",
    )
    assert survey.patients.identity == (f"nhs|{NHS[0]}", f"nhs|{NHS[1]}", "local|19")
    assert survey.facts["entries"].patient.tolist() == [1, 0, 2]
    assert objections(survey, f"nhs|{NHS[0]}") == {"type1_dissent"}


def test_it_does_not_matter_which_table_comes_first(surveyed: Surveyed) -> None:
    survey = surveyed(
        a_entries="EMIS Number,Event Date,Code\n18,01/02/2020,A788.\n17,01/02/2020,9Nu0.\n",
        b_patients=f"NHS Number,EMIS Number,Surname\n{NHS[0]},17,Archer\n{NHS[1]},18,Baker\n",
    )
    assert survey.patients.count == 2
    first = survey.facts["a_entries"].patient[1]
    assert survey.patients.identity[first] == f"nhs|{NHS[0]}"
    assert objections(survey, f"nhs|{NHS[0]}") == {"type1_dissent"}


def test_a_key_of_two_patients_ties_neither_and_shares_their_objections(surveyed: Surveyed) -> None:
    survey = surveyed(
        patients=f"NHS Number,EMIS Number,Surname\n{NHS[0]},17,Archer\n{NHS[1]},17,Baker\n",
        entries=f"NHS Number,EMIS Number,Event Date,Code\n{NHS[1]},,01/02/2020,9Nu0.\n,17,01/02/2020,H33..\n",
    )
    unsure = int(survey.facts["entries"].patient[1])
    assert survey.patients.identity[unsure] == "local|17"
    assert objections(survey, "local|17") == {"type1_dissent"}
    assert objections(survey, f"nhs|{NHS[0]}") == set()
    assert any("more than one patient" in hazard.what for hazard in survey.hazards)


def test_only_who_has_a_row_is_counted(surveyed: Surveyed) -> None:
    patients = f"""Patient ID,NHS Number,Date of Birth,Surname,Forename
A1,{NHS[0]},01/01/1950,Ashdown,Mary
A1,{NHS[1]},01/01/1960,Birch,Paul
A2,{NHS[2]},01/01/1970,Cole,Anne
"""
    survey = surveyed(patients=patients)
    # A1 ties nothing, and no row stands under it alone: it is nobody.
    assert survey.patients.identity == tuple(f"nhs|{number}" for number in NHS[:3])
    assert survey.patients.count == len(np.unique(survey.facts["patients"].patient)) == 3
    born = np.array(["1950-01-01", "1960-01-01", "1970-01-01"], "datetime64[D]").astype(int)
    assert survey.patients.birth_day.tolist() == born.tolist()
    assert {"mary", "ashdown"} <= survey.known.names_of_patient[0]
    assert not {"mary", "ashdown"} & survey.known.names_of_patient[1]
    assert hash64(["a1"])[0] in survey.known.local_keys


def test_the_demonstration_has_as_many_patients_as_people_with_rows() -> None:
    survey = survey_export(
        open_export([DEMO / f"{name}.csv" for name in ("patients", "events", "medicines")])
    )
    with_rows = np.unique(np.concatenate([facts.patient for facts in survey.facts.values()]))
    assert survey.patients.count == len(survey.patients.identity) == len(with_rows) == 10_000


def test_name_and_birth_date_stand_in_for_a_key(surveyed: Surveyed) -> None:
    survey = surveyed(
        patients=f"NHS Number,Surname,Forename,Date of Birth\n{NHS[0]},Archer,Anne,04/03/1961\n",
        letters="Surname,Forename,Date of Birth,Code\n"
        "ARCHER,anne,1961-03-04,9Nu0.\nBaker,Bob,01/01/1950,H33..\n",
    )
    assert survey.patients.identity == (f"nhs|{NHS[0]}", "person|bobbaker|1950-01-01")
    assert survey.facts["letters"].patient.tolist() == [0, 1]
    assert objections(survey, f"nhs|{NHS[0]}") == {"type1_dissent"}


@pytest.mark.parametrize("spelling", ["999 000 0018", "999-000-0018", '"9990000018 "', "9990000018"])
def test_one_number_however_it_is_written(surveyed: Surveyed, spelling: str) -> None:
    survey = surveyed(events=f"NHS Number,Code\n{NHS[0]},H33..\n{spelling},A788.\n{NHS[1]},H33..\n")
    assert survey.facts["events"].patient.tolist() == [0, 0, 1]


def test_placeholders_name_nobody(surveyed: Surveyed) -> None:
    survey = surveyed(
        events=f"NHS Number,EMIS Number,Code\n{NHS[0]},1,H33..\n0000000000,,H33..\n,unknown,H33..\n,0,H33..\n"
    )
    assert survey.facts["events"].patient.tolist() == [0, NO_PATIENT, NO_PATIENT, NO_PATIENT]


def test_an_objection_of_nobody_is_a_hazard(surveyed: Surveyed) -> None:
    survey = surveyed(events=f"NHS Number,Code\n{NHS[0]},H33..\n,9Nu0.\n")
    assert any("do not name the patient" in hazard.what for hazard in survey.hazards)


def test_status_birth_and_death(surveyed: Surveyed) -> None:
    survey = surveyed(
        patients="NHS Number,Date of Birth,Registration Status,Date of Death,Date Left\n"
        f"{NHS[0]},04/03/1961,Regular,,\n{NHS[1]},,Deducted,,\n{NHS[2]},,Regular,01/01/2020,\n"
        f"{NHS[3]},,Temporary,,\n{NHS[4]},,Regular,,01/02/2021\n"
    )
    found = [status(survey, f"nhs|{number}") for number in NHS]
    assert found == [Status.REGISTERED, Status.LEFT, Status.DIED, Status.TEMPORARY, Status.LEFT]
    assert survey.patients.has_status
    born = np.datetime64("1961-03-04").astype("datetime64[D]").astype(int)
    assert survey.patients.birth_day.tolist() == [born, NO_DAY, NO_DAY, NO_DAY, NO_DAY]


def test_status_is_known_in_every_table(surveyed: Surveyed) -> None:
    survey = surveyed(
        a_events=f"NHS Number,Code\n{NHS[0]},H33..\n",
        b_patients=f"NHS Number,Registration Status\n{NHS[0]},Left\n{NHS[1]},Registered\n",
    )
    assert status(survey, f"nhs|{NHS[0]}") is Status.LEFT


def test_no_status_field_no_status(surveyed: Surveyed) -> None:
    survey = surveyed(events=EVENTS)
    assert not survey.patients.has_status
    assert set(survey.patients.status.tolist()) == {int(Status.UNKNOWN)}


def test_a_consent_flag_that_is_false_is_an_objection(surveyed: Surveyed) -> None:
    survey = surveyed(
        patients="NHS Number,Date of Birth,is_consent_9nu0\n"
        f"{NHS[0]},04/03/1961,FALSE\n{NHS[1]},05/03/1961,TRUE\n{NHS[2]},06/03/1961,\n"
    )
    assert [bool(bits) for bits in survey.patients.objections] == [True, False, False]


def test_everybody_in_a_table_of_objectors_objects(surveyed: Surveyed) -> None:
    survey = surveyed(
        PatientsWithTypeOneDissent=f"NHS Number,Surname\n{NHS[1]},Baker\n",
        Events=f"NHS Number,Code\n{NHS[0]},H33..\n{NHS[1]},H33..\n",
    )
    assert objections(survey, f"nhs|{NHS[1]}") == {"type1_dissent"}
    assert objections(survey, f"nhs|{NHS[0]}") == set()


DICTIONARY = """CodeId,Term,SnomedCTConceptId,ReadTermId
1488371000006112,HIV positive,165816005,43C3.
1488371000006113,Dissent from secondary use of GP patient identifiable data,827241000000103,9Nu0.
1488371000006114,Asthma,195967001,H33..
"""


def test_code_numbers_are_read_through_the_suppliers_dictionary(surveyed: Surveyed) -> None:
    survey = surveyed(
        CareRecord_Observation="PatientGuid,CodeId,EffectiveDate\n"
        "{A},1488371000006112,2020-01-01\n{B},1488371000006113,2020-01-01\n"
        "{B},1488371000006114,2020-01-01\n{B},1488371000006199,2020-01-01\n",
        Coding_ClinicalCode=DICTIONARY,
    )
    facts = survey.facts["CareRecord_Observation"]
    assert "hiv" in survey.lookup.categories_of(int(facts.categories[0]))
    assert survey.lookup.categories_of(int(facts.categories[2])) == ("rare_codes",)
    assert facts.objection_row.tolist() == [False, True, False, False]
    assert facts.unknown_code.tolist() == [False, False, False, True]
    assert not survey.facts["Coding_ClinicalCode"].categories.any(), "a dictionary's entries are about nobody"
    assert objections(survey, "local|{B}") == {"type1_dissent"}


def test_a_local_code_is_understood_by_its_term_only(surveyed: Surveyed) -> None:
    survey = surveyed(
        events=f"NHS Number,Code,Code Term\n{NHS[0]},EMISNQSU33,Suspected overdose\n{NHS[0]},EMISNQSU34,\n"
        f"{NHS[0]},H33..,Asthma\n{NHS[0]},22K..,Body mass index\n"
    )
    facts = survey.facts["events"]
    assert "self_harm" in survey.lookup.categories_of(int(facts.categories[0]))
    assert facts.unknown_code.tolist() == [False, True, False, False]


def test_extra_cells_become_a_field_left_unknown(surveyed: Surveyed) -> None:
    survey = surveyed(events=f"NHS Number,Code\n{NHS[0]},H33..\n{NHS[0]},H33..,9990000026,x\n")
    table = survey.export.table("events")
    assert len(table.fields) == 3
    last = survey.findings["events"][-1]
    assert (last.field, last.position, last.kind) == (table.fields[-1].name, 2, Kind.UNKNOWN)
    assert survey.problems


def test_problems_are_counted_past_a_bound(surveyed: Surveyed) -> None:
    rows = "".join(f"{NHS[0]},H33..\n{NHS[0]}\n" for _ in range(1_500))
    survey = surveyed(events="NHS Number,Code,Value\n" + rows)
    assert len(survey.problems) <= 1_001


def test_known_identifiers_and_household(surveyed: Surveyed) -> None:
    survey = surveyed(
        patients="NHS Number,EMIS Number,Surname,Forename,Date of Birth,Address Line 1,Postcode,"
        "Mobile Telephone\n"
        f"{NHS[0]},17,Archer,Anne,04/03/1961,1 High Street,BS6 5AA,07700 900123\n"
        f"{NHS[1]},18,Baker,Bob,05/03/1961,1 high street,BS65AA,07700900124\n"
        f"{NHS[2]},19,Cook,Carol,06/03/1961,2 High Street,BS6 5AA,07700900125\n"
    )
    known = survey.known
    for array, kind, value in (
        (known.nhs_numbers, "nhs_number", NHS[0]),
        (known.local_keys, "patient_key", "17"),
        (known.postcodes, "postcode", "BS6 5AA"),
        (known.phones, "phone", "07700900123"),
        (known.address_lines, "address", "1 High Street"),
        (known.full_names, "full_name", "Anne Archer"),
    ):
        assert hash64([normalise(kind, value)])[0] in array, kind
        assert (np.diff(array.astype(np.float64)) > 0).all(), "sorted, each once"
    assert len(known.postcodes) == 1
    names = known.names_of_patient
    assert names[0] == names[1] == {"anne", "archer", "bob", "baker"}
    assert names[2] == {"carol", "cook"}
    assert len(names) == 3
    assert 3 not in names


def test_capital_read_codes_are_a_hazard(surveyed: Surveyed) -> None:
    codes = "".join(f"{NHS[0]},C10{letter}.,x\n" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    survey = surveyed(events="NHS Number,Read Code,Term\n" + codes)
    assert any("capital" in hazard.what for hazard in survey.hazards)
    assert not any("capital" in hazard.what for hazard in surveyed(events=EVENTS).hazards)


def test_findings_come_with_the_survey_and_on_their_own(surveyed: Surveyed) -> None:
    survey = surveyed(events=EVENTS)
    assert survey.finding("events", "NHS Number").role is Role.NHS_NUMBER
    alone = find_fields(survey.export)
    assert [f.role for f in alone["events"]] == [f.role for f in survey.findings["events"]]


def big(rows: int) -> str:
    """More than one block of rows: sixty thousand characters each hundred."""
    note = "n" * 400
    lines = ["NHS Number,Event Date,Code,Note\n"]
    for row in range(rows):
        number = NHS[row // 7 % len(NHS)]
        code = ("H33..", "A788.", "9Nu0.", "9Nu1.", "junk!")[row % 5]
        lines.append(f"{number},{row % 28 + 1:02d}/02/2020,{code},{note}{row}\n")
    return "".join(lines)


def test_what_was_found_before_is_not_worked_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS, encoding="utf-8")
    export = open_export([path])
    found = find_fields(export)
    plain = survey_export(export)
    assert plain.findings == found

    def again(*_: object, **__: object) -> None:
        raise AssertionError("looked at the fields of a small table twice")

    monkeypatch.setattr("core.survey.survey.classify_table", again)
    survey = survey_export(export, found=found)
    assert survey.findings == found
    assert survey.facts["events"].categories.tolist() == plain.facts["events"].categories.tolist()


def test_threads_change_nothing(surveyed: Surveyed) -> None:
    text = big(60_000)
    one, many = surveyed(max_workers=1, events=text), surveyed(max_workers=4, events=text)
    assert len(list(one.export.tables[0].blocks())) > 2
    assert one.patients.identity == many.patients.identity
    for name in ("patient", "day", "categories", "objection_row", "unknown_code"):
        assert np.array_equal(getattr(one.facts["events"], name), getattr(many.facts["events"], name)), name
    assert one.categories == many.categories
    assert one.objections == many.objections
    assert one.unknown_codes == many.unknown_codes
    assert one.unknown_codes.rows == 12_000
    assert one.unknown_codes.codes == 1


def test_progress_rises_and_can_cancel(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(big(60_000), encoding="utf-8")
    seen: list[tuple[int, int]] = []

    def watch(done: int, total: int, what: str) -> None:
        if what == "Looking at every row":
            seen.append((done, total))

    survey_export(open_export([path]), progress=watch)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]

    def stop(done: int, total: int, what: str) -> None:
        if what == "Looking at every row":
            raise Cancelled

    with pytest.raises(Cancelled):
        survey_export(open_export([path]), progress=stop)


def test_an_empty_table(surveyed: Surveyed) -> None:
    survey = surveyed(events="NHS Number,Code\n")
    assert survey.rows == 0
    assert survey.patients.count == 0
    assert survey.categories == ()


def test_real_files_are_surveyed(shared: Path) -> None:
    """The EMIS bulk test pack: a folder of tables, tied by their keys."""
    folder = shared / "samples/endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv"
    survey = survey_export(open_export([folder]))
    assert len(survey.export.tables) == 11
    assert {i for i in survey.patients.identity if i.startswith("nhs|")} == {
        "nhs|6035700097",
        "nhs|9219976933",
    }
    assert all(
        status(survey, i) is Status.REGISTERED for i in survey.patients.identity if i.startswith("nhs|")
    )
