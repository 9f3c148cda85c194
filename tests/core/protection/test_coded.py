"""Codes of whole columns: one patient one code in every table, surrogates that keep tables together."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine import apply_table
from core.model import Kind, Role, UsageError, VerificationError
from core.protection import (
    Context,
    Decisions,
    ObjectionSource,
    OutBlock,
    apply,
    decide_rows,
    load_profile,
    make_context,
    make_plan,
)
from core.protection.actions import Setting, run_of
from core.protection.actions.codes_of_people import surrogate_domain, surrogate_of
from core.protection.coded import surrogates_of, values_of
from core.protection.collisions import Collisions, check_codes
from core.protection.pseudonyms import PSEUDONYM, Pseudonyms, canonical, pseudonyms_for
from core.reading import open_export
from core.survey import survey_export
from core.survey.hashing import hash64
from core.survey.people.other_keys import NOBODYS, SEVERAL, OtherKeys
from core.survey.results import Survey
from tests.core.protection.builders import Made, make_survey
from tests.core.protection.strategies import KEY, Job, job
from tests.core.protection.test_apply import whole

CODES = pseudonyms_for(KEY, "R", "P")
ANNE, JOE, MAY = "9990000018", "9990000026", "9990000034"
ZEROES = "00000000-0000-0000-0000-000000000000"

cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "null",
            "N/A",
            "0",
            "000",
            "-",
            "007",
            ANNE,
            "999 000 0018",
            "{1a2b3c4d-0000-4000-8000-00000000000a}",
        ]
    ),
    st.uuids().map(str),
    st.uuids().map(lambda guid: f"{{{guid}}}".upper()),
    st.tuples(
        st.sampled_from(
            ["Encounter/", "urn:uuid:", "URN:UUID:", "https://a.example/fhir/Condition/", "x/", "/", " "]
        ),
        st.uuids(),
        st.sampled_from(["", "/", "/_history/2", "/_history/", "\n", "\v", " ", "/more", "0"]),
    ).map(lambda parts: "".join(map(str, parts))),
)


@given(st.sampled_from(["nhs", "local", "staff_name"]), st.lists(cells, max_size=12))
def test_the_values_of_a_column_are_those_of_its_cells(domain: str, texts: list[str]) -> None:
    made = values_of(domain, pa.array([*texts, None], pa.string())).to_pylist()
    assert made == [*(canonical(domain, text) for text in texts), None]


@given(st.sampled_from(["row", "staff", "organisation"]), st.lists(cells, max_size=12))
def test_the_surrogates_of_a_column_are_those_of_its_cells(domain: str, texts: list[str]) -> None:
    made = surrogates_of(domain, pa.array([*texts, None], pa.string())).to_pylist()
    assert made == [*(surrogate_of(domain, text) for text in texts), None]


@given(st.uuids(), st.integers(1, 99))
def test_a_record_has_one_surrogate_however_it_is_referred_to(guid: UUID, version: int) -> None:
    """HL7 FHIR R4, References: relative, absolute, of a version, and by UUID."""
    own = surrogate_of("row", str(guid))
    for written in (
        f"Encounter/{guid}",
        f"Encounter/{str(guid).upper()}",
        f"https://a.example/fhir/Encounter/{guid}/_history/{version}",
        f"urn:uuid:{guid}",
        f" Encounter/{guid}/ ",
    ):
        assert surrogate_of("row", written) == own
        assert surrogates_of("row", pa.array([written, str(guid)])).to_pylist() == [own, own]


def test_a_reference_to_a_number_is_only_that_of_its_type() -> None:
    """2 is another record of each type, and another table's 2 may not be tied to it."""
    made = {surrogate_of("row", text) for text in ("2", "Encounter/2", "Condition/2", "A/2", "2024/2")}
    assert len(made) == 5
    guid = "1a2b3c4d-0000-4000-8000-00000000000a"
    assert surrogate_of("staff", f"Practitioner/{guid}") != surrogate_of("staff", guid)
    assert surrogate_of("row", f"of Encounter/{guid} and another") != surrogate_of("row", guid)


# -- one patient, one code -------------------------------------------------------------------------
def surveyed(folder: Path, tables: Mapping[str, Sequence[Sequence[str]]]) -> Survey:
    paths = []
    for name, rows in tables.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return survey_export(open_export(paths))


def context_of(survey: Survey, project: str = "P", **fields: Mapping[str, str]) -> Context:
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="R",
        project=project,
        objection_sources=[ObjectionSource("codes")],
        assume_registered=True,
        decisions=Decisions.model_validate(
            {
                "fields": {
                    table: {name: {"action": action} for name, action in named.items()}
                    for table, named in fields.items()
                }
            }
        ),
    )
    return make_context(survey, plan, KEY, decide_rows(survey, plan, KEY))


def written(survey: Survey, context: Context, table: str, workers: int = 1) -> list[dict[str, str | None]]:
    blocks = apply_table(survey.export.table(table), context, workers=workers)
    return [row for block in blocks for row in block.data.to_pylist()]


GUIDS = [f"{{{n:08X}-0000-4000-8000-00000000000A}}" for n in range(40)]
PEOPLE = [(f"99900{n:05d}", GUIDS[n]) for n in range(30)]


def bulk(folder: Path) -> Survey:
    """A table with numbers and keys, one with keys alone (spelt otherwise), and ten with a key alone."""
    patients = [["PatientGuid", "NhsNumber", "DateOfBirth"]]
    patients += [[guid, number, "1961-04-12"] for number, guid in PEOPLE]
    patients += [[guid, "", "1970-01-01"] for guid in GUIDS[30:]]
    events = [["ObservationGuid", "PatientGuid", "EffectiveDate", "Value"]]
    events += [
        [f"{{{n:08X}-1111-4000-8000-00000000000B}}", GUIDS[n % 40].strip("{}").lower(), "2025-01-02", "5"]
        for n in range(160)
    ]
    return surveyed(folder, {"Admin_Patient": patients, "CareRecord_Observation": events})


def test_a_patient_has_one_code_whether_a_table_has_the_number_or_the_key(tmp_path: Path) -> None:
    survey = bulk(tmp_path)
    context = context_of(survey)
    people = written(survey, context, "Admin_Patient")
    by_key = {guid: CODES.of("nhs", number) for number, guid in PEOPLE}
    by_key |= {guid: CODES.of("local", guid.strip("{}")) for guid in GUIDS[30:]}
    assert [row["PatientGuid"] for row in people] == [by_key[guid] for guid in GUIDS]
    assert [row["NhsNumber"] for row in people] == [by_key[guid] for guid in GUIDS]
    events = written(survey, context, "CareRecord_Observation")
    assert [row["PatientGuid"] for row in events] == [by_key[GUIDS[n % 40]] for n in range(160)]
    assert written(survey, context, "CareRecord_Observation", workers=3) == events
    travelled = pickle.loads(pickle.dumps(context))
    assert written(survey, travelled, "CareRecord_Observation") == events


def test_no_code_of_one_project_is_a_code_of_another(tmp_path: Path) -> None:
    survey = bulk(tmp_path)
    one, other = (
        {
            cell
            for table in ("Admin_Patient", "CareRecord_Observation")
            for row in written(survey, context_of(survey, project), table)
            for name, cell in row.items()
            if name in ("PatientGuid", "NhsNumber")
        }
        for project in ("P", "Q")
    )
    assert len(one) == len(other) == 40
    assert not one & other


def test_a_cell_that_names_nobody_gets_the_code_of_the_rows_patient_and_says_so() -> None:
    fields = [
        ("Nhs", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Mother", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
    ]
    rows = [[ANNE, MAY], ["", ""], ["0000000000", None], [None, "none"], [JOE, JOE], ["", ""]]
    survey = make_survey(
        {"t": Made(fields, rows, [0, 1, 1, 1, 2, -1])}, identity=[f"nhs|{ANNE}", "local|K7", f"nhs|{JOE}"]
    )
    decided = {"fields": {"t": {name: {"action": "pseudonym"} for name in ("Nhs", "Mother")}}}
    made = job(survey, "own-care-list", decisions=Decisions.model_validate(decided))
    out = apply_all(made)
    own = CODES.of("local", "K7")
    assert [row["Nhs"] for row in out.data.to_pylist()] == [
        CODES.of("nhs", ANNE), own, own, own, CODES.of("nhs", JOE), ""
    ]  # fmt: skip
    assert [row["Mother"] for row in out.data.to_pylist()] == [
        CODES.of("nhs", MAY), "", None, None, CODES.of("nhs", JOE), ""
    ]  # fmt: skip
    why = [out.cell_reason("Nhs", row) for row in range(6)]
    assert [reason and reason.id for reason in why] == [
        "action.pseudonym",
        "action.pseudonym.empty",
        "action.pseudonym.instead",
        "action.pseudonym.empty",
        "action.pseudonym",
        None,
    ]
    assert all("row's patient" in reason.text for reason in why[1:4] if reason)
    for name, changed in out.changed.items():
        assert [out.cell_reason(name, row) is not None for row in range(6)] == changed.tolist()


def apply_all(made: Job) -> OutBlock:
    return apply(whole(made, "t"), made.context)


# -- keys ------------------------------------------------------------------------------------------
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=20),
    st.lists(st.integers(0, 12), max_size=9),
)
def test_keys_are_looked_up_as_in_a_dictionary(pairs: list[tuple[int, int]], asked: list[int]) -> None:
    names = [f"local|{key}" for key, _ in pairs]
    keys = OtherKeys.of(hash64(names), np.array([patient for _, patient in pairs], dtype=np.int32))
    held: dict[int, set[int]] = {}
    for key, patient in pairs:
        held.setdefault(key, set()).add(patient)
    texts = pa.array([str(key) for key in asked] + [None], pa.string())
    expected = [
        NOBODYS if key not in held else SEVERAL if len(held[key]) > 1 else min(held[key]) for key in asked
    ]
    assert keys.whose(texts).tolist() == [*expected, NOBODYS]
    for patient in range(6):
        among = keys.among(texts, np.full(len(texts), patient, dtype=np.int32)).tolist()
        assert among == [*(patient in held.get(key, ()) for key in asked), False]
    assert bool(keys) == bool(pairs)


def test_a_key_of_two_practices_stands_for_the_rows_own_patient(tmp_path: Path) -> None:
    rows = [["PatientID", "NhsNumber", "OrganisationGuid", "Value"]]
    rows += [[str(n % 20 + 1), f"99900{n:05d}", "A81001" if n < 20 else "B82002", "5"] for n in range(40)]
    survey = surveyed(tmp_path, {"Patients": rows})
    context = context_of(survey, Patients={"PatientID": "pseudonym"})
    out = written(survey, context, "Patients")
    assert [row["PatientID"] for row in out] == [CODES.of("nhs", f"99900{n:05d}") for n in range(40)]


# -- surrogates ------------------------------------------------------------------------------------
def test_a_key_and_what_points_to_it_have_one_surrogate() -> None:
    fields = [
        ("ObservationGuid", Kind.LINKING_KEY, Role.ROW_KEY),
        ("ParentGuid", Kind.LINKING_KEY, Role.ROW_KEY),
        ("EnteredBy", Kind.LINKING_KEY, Role.STAFF_CODE),
        ("Practice", Kind.LINKING_KEY, Role.ORGANISATION),
    ]
    guid = GUIDS[1]
    rows = [[guid, "", guid, guid], [GUIDS[2], guid.lower().strip("{}"), f" {guid} ", guid.lower()]]
    survey = make_survey({"t": Made(fields, rows, [0, 0])})
    decided = {"fields": {"t": {name: {"action": "surrogate"} for name, _, _ in fields}}}
    made = job(survey, "own-care-list", decisions=Decisions.model_validate(decided))
    one, two = apply_all(made).data.to_pylist()
    assert one["ObservationGuid"] == two["ParentGuid"]
    assert one["EnteredBy"] == two["EnteredBy"]
    assert one["Practice"] == two["Practice"]
    assert one["ParentGuid"] == ""
    assert len({one["ObservationGuid"], one["EnteredBy"], one["Practice"], two["ObservationGuid"]}) == 4
    assert all(PSEUDONYM.fullmatch(f"P{cell[1:]}") and cell.startswith("S-") for cell in one.values() if cell)
    assert CODES.of("row", guid.strip("{}"))[1:] != one["ObservationGuid"][1:]


def test_a_surrogate_is_of_one_of_three_things() -> None:
    assert surrogate_domain(Setting(Role.STAFF_NAME)) == "staff"
    assert surrogate_domain(Setting(Role.STAFF_NAME, {"of": "row"})) == "row"
    for wrong in ({"of": "patient"}, {"domain": "row"}):
        with pytest.raises(UsageError, match="stands for one of these"):
            run_of("surrogate", Setting(Role.ROW_KEY, wrong, Pseudonyms(bytes(32))))


# -- collisions ------------------------------------------------------------------------------------
def short_digests(_: Pseudonyms, identities: Sequence[str | bytes]) -> list[bytes]:
    texts = (who.encode() if isinstance(who, str) else who for who in identities)
    return [bytes([sum(text) % 7]) * 10 for text in texts]


def test_two_patients_with_one_code_stop_the_export(tmp_path: Path) -> None:
    survey = bulk(tmp_path)
    context = context_of(survey)
    context.check_codes()
    with patch.object(Pseudonyms, "_digests", short_digests):
        fresh = context_of(survey)
        with pytest.raises(VerificationError, match="same code") as told:
            fresh.check_codes()
        assert told.value.code == "collision"
        assert "999" not in told.value.message
        with pytest.raises(VerificationError, match="same code"):
            written(survey, context_of(survey), "CareRecord_Observation")
        surrogates = {"ObservationGuid": "surrogate", "PatientGuid": "leave_out"}
        with pytest.raises(VerificationError, match="same code"):
            written(survey, context_of(survey, CareRecord_Observation=surrogates), "CareRecord_Observation")


def test_the_same_thing_may_be_met_again_and_memory_is_bounded() -> None:
    made = Pseudonyms(bytes(32))
    seen = Collisions(slots=64)
    for start in range(0, 500, 50):
        names = [f"nhs|{n:010d}" for n in range(start, start + 100)]
        seen.see(made.of_many(names), names)
    with pytest.raises(VerificationError):
        seen.see(made.of_many(names[-1:]), ["nhs|another"])
    check_codes(made.of_many(names))
    with pytest.raises(VerificationError):
        check_codes(made.of_many([names[0], names[1], names[0]]))
